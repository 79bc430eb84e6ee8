import { hash } from 'node:crypto';
import { type ErrorCode, type Failure, newFailure } from '../../errors.ts';

/** S3's limit of a key, less the mirror's own place in the bucket. */
const NAME_BYTES_MAX = 900;
/** What a mirror has beside the files. */
const OWN = new Set(['PULP_MANIFEST', 'latest.json']);
/** Controls, and what turns or hides text (Unicode TR 9, zero-width, tags). */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}]/u;

/**
 * A name that a list gives as a path below the mirror: empty and `.` segments go; what leads out of it, names a folder, is
 * absolute, can't be seen, or is too long is refused.
 */
export function toName(given: string): string | Failure {
  const name = given
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.')
    .join('/');
  if (/^[/\\]|^[A-Za-z]:/.test(given)) return refused('expected a relative path', given);
  if (name.split(/[/\\]/).includes('..')) return refused('expected a path that does not lead out', given);
  if (name === '' || given.endsWith('/')) return refused('expected the name of a file', given);
  if (UNSEEN.test(given)) return refused('expected a name of characters to be seen', given);
  if (OWN.has(name) || name.startsWith('manifests/'))
    return refused('expected a name that the mirror does not use itself', given, 'KEY_RESERVED');
  const bytes = Buffer.byteLength(name);
  return bytes <= NAME_BYTES_MAX
    ? name
    : refused(`expected a name of at most ${NAME_BYTES_MAX} bytes, found ${bytes}`, given, 'KEY_TOO_LONG');
}

const refused = (expected: string, given: string, code: ErrorCode = 'LIST_LINE_INVALID'): Failure =>
  newFailure(code, `${expected}: ${JSON.stringify(given.slice(0, 80))}`);

/** The name of a file that only has a URL: host and path, so that two of one name are two files; of a query its hash. */
export function nameOfUrl(url: URL): string {
  const path = decode(url.pathname).replace(/\/$/, '/index');
  const query = url.search === '' ? '' : `@${hash('sha256', url.search).slice(0, 8)}`;
  return url.protocol === 's3:' ? path.slice(1) : `${url.host.replace(':', '_')}${path}${query}`;
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return path;
    throw error;
  }
}
