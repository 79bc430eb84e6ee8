import { createHash } from 'node:crypto';
import type { SmallbatchError } from '../../errors.ts';
import { TransientError } from '../../http/http.ts';
import type { VersionFacts } from './schema.ts';
import { readManifest } from './tarball-manifest.ts';

/** Compressed bytes that MANIFEST.json is looked for in: it is the first member, of a few kB. */
const HEAD_BYTES = 256 * 1024;

/**
 * A tarball's bytes, passed through. Its end comes only if size, SHA-256, and what its MANIFEST.json says of its name are what the
 * facts promise, and `check` has nothing against that file.
 * @throws TransientError CHECKSUM_MISMATCH @throws SmallbatchError UPSTREAM_INVALID, and what `check` throws
 */
export async function* verified(
  body: AsyncIterable<Uint8Array>,
  facts: VersionFacts,
  check: (manifest: Uint8Array) => Promise<void>,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  const head: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    if (bytes < HEAD_BYTES) head.push(chunk);
    bytes += chunk.length;
    if (bytes > facts.size) throw mismatch(facts, `${facts.size} bytes`, 'more');
    hash.update(chunk);
    yield chunk;
  }
  if (bytes < facts.size) throw mismatch(facts, `${facts.size} bytes`, String(bytes));
  const sha256 = hash.digest('hex');
  if (sha256 !== facts.sha256) throw mismatch(facts, `SHA-256 ${facts.sha256}`, sha256);
  await check(await readManifest(Buffer.concat(head), facts));
}

const mismatch = (
  { namespace, name, version }: VersionFacts,
  expected: string,
  found: string,
): SmallbatchError =>
  new TransientError(
    'CHECKSUM_MISMATCH',
    `${namespace}.${name} ${version}: expected a tarball of ${expected}, found ${found}`,
  );
