import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ProcessContext } from '../../../shared/kind.ts';
import type { VersionFacts } from '../../../shared/kinds/galaxy/schema.ts';
import { type GalaxyOptions, galaxyOptions, type VersionData } from '../../../shared/kinds/galaxy/schema.ts';
import { noObjects } from '../kinds/no-objects.ts';

/** What `process` gets, with a folder for outputs: a file appears under its path when its whole body has been read. */
export function galaxyContext(
  folder: string,
  options: Readonly<Record<string, unknown>>,
  given: {
    allowedHosts: readonly string[];
    secrets?: Readonly<Record<string, string>>;
    signal?: AbortSignal;
  },
): ProcessContext<GalaxyOptions> {
  return {
    source: {
      key: 'galaxy/test/requirements.yml',
      size: 0,
      read: () => Promise.reject(new Error('not read')),
    },
    options: galaxyOptions.parse(options),
    objects: noObjects,
    allowedHosts: given.allowedHosts,
    servers: async () => [],
    secret: async (name) => given.secrets?.[name] ?? '',
    journal: { read: async () => undefined, write: async () => undefined },
    scratch: folder,
    models: { claimCall: () => undefined, noteTokens: () => undefined },
    stage: () => undefined,
    signal: given.signal ?? AbortSignal.timeout(20_000),
    async put(path, body, contentType) {
      // as a web server for static files has a folder's own object
      const file = join(folder, path.endsWith('/') ? `${path}index.html` : path);
      await mkdir(dirname(file), { recursive: true });
      const counter = { bytes: 0 };
      try {
        // Not a write stream: it may still be opening the file when the body has failed, and would make it after its removal.
        await writeFile(`${file}.part`, counted(body, counter));
        await rename(`${file}.part`, file);
      } catch (error) {
        await rm(`${file}.part`, { force: true });
        // as a store would, it says it in its own words
        throw new Error('the upload failed', { cause: error });
      }
      return { path, bytes: counter.bytes, contentType };
    },
  };
}

async function* counted(body: Uint8Array | string | AsyncIterable<Uint8Array>, counter: { bytes: number }) {
  const chunks = typeof body === 'string' || body instanceof Uint8Array ? [Buffer.from(body)] : body;
  for await (const chunk of chunks) {
    counter.bytes += chunk.length;
    yield chunk;
  }
}

export const toVersionItem = (server: string, facts: VersionFacts) => ({
  id: `${facts.namespace}.${facts.name}:${facts.version}`,
  identity: facts.sha256,
  bytes: facts.size ?? 0,
  data: { type: 'version', server, facts } satisfies VersionData,
});
