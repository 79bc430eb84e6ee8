import { Readable } from 'node:stream';
import { constants, createGunzip } from 'node:zlib';
import * as z from 'zod';
import { SmallbatchError } from '../../errors.ts';
import type { VersionFacts } from './schema.ts';

/** Inflated bytes that MANIFEST.json has to end within. */
const MAX_INFLATED_BYTES = 1024 * 1024;
const BLOCK = 512;
/** Members that only describe the next one: pax headers, GNU long names. */
const DESCRIBING_TYPES = new Set(['x', 'g', 'L', 'K']);

const manifestFile = z.object({
  collection_info: z.object({ namespace: z.string(), name: z.string(), version: z.string() }),
});

/**
 * MANIFEST.json from a tarball's beginning, its claims compared with the facts. It is the file that signatures are of.
 * @throws SmallbatchError UPSTREAM_INVALID
 */
export async function readManifest(head: Uint8Array, facts: VersionFacts): Promise<Uint8Array> {
  const manifest = findManifest(await inflate(head, facts));
  if (!manifest)
    throw invalid(
      facts,
      `a tarball that begins with MANIFEST.json`,
      `none in its first ${head.length} bytes`,
    );
  const claimed = manifestFile.safeParse(parse(manifest));
  if (!claimed.success)
    throw invalid(facts, 'a MANIFEST.json with collection_info', 'one without namespace, name and version');
  const { namespace, name, version } = claimed.data.collection_info;
  if (namespace !== facts.namespace || name !== facts.name || version !== facts.version)
    throw invalid(facts, 'its own tarball', `that of ${namespace}.${name} ${version}`);
  return manifest;
}

async function inflate(head: Uint8Array, facts: VersionFacts): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // what is cut off is no error, but gives what it has
  const inflated = Readable.from([head]).pipe(createGunzip({ finishFlush: constants.Z_SYNC_FLUSH }));
  try {
    for await (const chunk of inflated as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= MAX_INFLATED_BYTES) break;
    }
  } catch (error) {
    throw invalid(facts, 'a gzip file', error instanceof Error ? error.message : 'another', error);
  }
  return Buffer.concat(chunks);
}

/** Goes from header to header (POSIX 1003.1, ustar: name at 0, octal size at 124, type at 156). */
function findManifest(tar: Buffer): Uint8Array | undefined {
  for (let at = 0; at + BLOCK <= tar.length; ) {
    const name = text(tar, at, 100).replace(/^\.\//, '');
    const size = Number.parseInt(text(tar, at + 124, 12), 8);
    const type = text(tar, at + 156, 1);
    if (Number.isNaN(size)) return undefined;
    const body = at + BLOCK;
    if (name === 'MANIFEST.json' && !DESCRIBING_TYPES.has(type))
      return body + size <= tar.length ? tar.subarray(body, body + size) : undefined;
    at = body + Math.ceil(size / BLOCK) * BLOCK;
  }
  return undefined;
}

const text = (tar: Buffer, at: number, bytes: number): string =>
  tar
    .toString('latin1', at, at + bytes)
    .replace(/\0.*$/s, '')
    .trim();

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}

const invalid = (facts: VersionFacts, expected: string, found: string, cause?: unknown): SmallbatchError =>
  new SmallbatchError(
    'UPSTREAM_INVALID',
    `${facts.namespace}.${facts.name} ${facts.version}: expected ${expected}, found ${found}`,
    { cause },
  );
