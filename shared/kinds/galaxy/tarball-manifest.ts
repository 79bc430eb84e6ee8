import { PassThrough, pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import * as z from 'zod';
import { SmallbatchError } from '../../errors.ts';
import type { VersionFacts } from './schema.ts';
import { findMember } from './tar-member.ts';

/** A collection of 10,000 files has one of a few kB: the files are listed in FILES.json. */
const MAX_MANIFEST_BYTES = 1024 * 1024;
/** Inflated bytes that MANIFEST.json has to begin within; Galaxy takes tarballs of 100 MB. */
const MAX_INFLATED_BYTES = 1024 ** 3;

const manifestFile = z.object({
  collection_info: z.object({ namespace: z.string(), name: z.string(), version: z.string() }),
});

/**
 * Finds MANIFEST.json in a tarball that passes by; it is the file that signatures are of. The first member as a rule, but
 * the last one of what `mazer` built. What follows it is not inflated.
 */
export class ManifestReader implements AsyncDisposable {
  readonly #facts: VersionFacts;
  readonly #compressed = new PassThrough();
  readonly #found: Promise<Uint8Array | undefined>;

  constructor(facts: VersionFacts) {
    this.#facts = facts;
    this.#found = this.#find();
    // `end` says it, if the tarball is the promised one at all
    this.#found.catch(() => undefined);
  }

  /** Waits while the tarball comes faster than it is inflated. */
  async write(chunk: Uint8Array): Promise<void> {
    if (this.#compressed.destroyed || this.#compressed.write(chunk)) return;
    await drained(this.#compressed);
  }

  /** The file, its claims compared with the facts. @throws SmallbatchError UPSTREAM_INVALID */
  async end(): Promise<Uint8Array> {
    this.#compressed.end();
    const manifest = await this.#found;
    if (!manifest) throw this.#invalid('a tarball with a MANIFEST.json', 'none');
    const claimed = manifestFile.safeParse(parse(manifest));
    if (!claimed.success)
      throw this.#invalid('a MANIFEST.json with collection_info', 'one without namespace, name and version');
    const { namespace, name, version } = claimed.data.collection_info;
    const facts = this.#facts;
    if (namespace !== facts.namespace || name !== facts.name || version !== facts.version)
      throw this.#invalid('its own tarball', `that of ${namespace}.${name} ${version}`);
    return manifest;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#compressed.destroy();
    await this.#found.catch(() => undefined);
  }

  async #find(): Promise<Uint8Array | undefined> {
    // what goes wrong ends the inflating stream, and is thrown where it is read
    const inflated = pipeline(this.#compressed, createGunzip(), () => undefined);
    try {
      return await findMember(inflated, 'MANIFEST.json', {
        maxBytes: MAX_MANIFEST_BYTES,
        maxBytesBefore: MAX_INFLATED_BYTES,
      });
    } catch (error) {
      throw this.#invalid(
        'a gzip file of a tar archive',
        error instanceof Error ? error.message : 'another',
        error,
      );
    } finally {
      this.#compressed.destroy();
    }
  }

  #invalid(expected: string, found: string, cause?: unknown): SmallbatchError {
    const { namespace, name, version } = this.#facts;
    const message = `${namespace}.${name} ${version}: expected ${expected}, found ${found}`;
    return new SmallbatchError('UPSTREAM_INVALID', message, { cause });
  }
}

async function drained(stream: PassThrough): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  stream.once('drain', resolve).once('close', resolve);
  await promise;
  stream.off('drain', resolve).off('close', resolve);
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}
