import { createHash } from 'node:crypto';
import type { SmallbatchError } from '../../errors.ts';
import { TransientError } from '../../http/http.ts';
import type { VersionFacts } from './schema.ts';
import { ManifestReader } from './tarball-manifest.ts';

/** Of a version whose server does not say how long its tarball is: Galaxy itself takes no more than 100 MB. */
const UNKNOWN_SIZE_MAX_BYTES = 200_000_000;

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
  const { size, sha256 } = facts;
  const hash = createHash('sha256');
  await using reader = new ManifestReader(facts);
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > (size ?? UNKNOWN_SIZE_MAX_BYTES)) throw mismatch(facts, toBytes(size), 'more');
    hash.update(chunk);
    await reader.write(chunk);
    yield chunk;
  }
  if (size !== undefined && bytes < size) throw mismatch(facts, toBytes(size), String(bytes));
  const found = hash.digest('hex');
  if (found !== sha256) throw mismatch(facts, `SHA-256 ${sha256}`, found);
  await check(await reader.end());
}

const toBytes = (size: number | undefined): string =>
  size === undefined ? `at most ${UNKNOWN_SIZE_MAX_BYTES} bytes` : `${size} bytes`;

const mismatch = (
  { namespace, name, version }: VersionFacts,
  expected: string,
  found: string,
): SmallbatchError =>
  new TransientError(
    'CHECKSUM_MISMATCH',
    `${namespace}.${name} ${version}: expected a tarball of ${expected}, found ${found}`,
  );
