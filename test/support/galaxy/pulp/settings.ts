/** A Pulp's settings file, in Python. */
export function toSettings(
  root: string,
  key: string,
  { database, api, content }: { database: number; api: number; content: number },
): string {
  const settings = {
    SECRET_KEY: 'x'.repeat(50),
    CONTENT_ORIGIN: `http://127.0.0.1:${content}`,
    ANSIBLE_API_HOSTNAME: `http://127.0.0.1:${api}`,
    ANSIBLE_CONTENT_HOSTNAME: `http://127.0.0.1:${content}/pulp/content`,
    DB_ENCRYPTION_KEY: key,
    DEPLOY_ROOT: root,
    MEDIA_ROOT: `${root}/media/`,
    STATIC_ROOT: `${root}/static/`,
    WORKING_DIRECTORY: `${root}/tmp`,
    FILE_UPLOAD_TEMP_DIR: `${root}/tmp`,
  };
  const engine = {
    ENGINE: 'django.db.backends.postgresql',
    NAME: 'pulp',
    USER: 'pulp',
    HOST: '127.0.0.1',
    PORT: database,
  };
  return [
    ...Object.entries(settings).map(([name, value]) => `${name} = ${JSON.stringify(value)}`),
    `DATABASES = {"default": ${JSON.stringify(engine)}}`,
    'CACHE_ENABLED = False',
    'TOKEN_AUTH_DISABLED = True',
    'ANALYTICS = False',
    'ALLOWED_IMPORT_PATHS = []',
    '',
  ].join('\n');
}
