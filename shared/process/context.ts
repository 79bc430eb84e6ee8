import { createHash, type Hash } from 'node:crypto';
import { tmpdir } from 'node:os';
import * as z from 'zod';
import { objectReader } from '../aws/buckets.ts';
import { readEnv } from '../aws/env.ts';
import type { SourceRef } from '../aws/object-ref.ts';
import { type Body, getObject, objectSource, putObject } from '../aws/store.ts';
import type { Journal, KindContext, ObjectReader, ProcessContext } from '../kind.ts';
import { journalKey } from '../run/keys.ts';
import type { ClusterMessage } from '../run/message.ts';
import { placesOf } from '../run/places.ts';
import { parseSourceKey } from '../run/run-id.ts';
import { bodyWithoutSecrets } from '../safe-text/hide.ts';
import type { ServiceFaults } from './service-faults.ts';

/** What the thread that runs an item gives it. */
export interface Surroundings extends Pick<ProcessContext<unknown>, 'signal' | 'stage' | 'models'> {
  /** Learns what AWS fails at, whatever the kind makes of it. */
  readonly faults: ServiceFaults;
}

const hostsByKind = z.record(z.string(), z.array(z.string()));

/** What every step of a kind gets, from the run's source and the function's environment. */
export function toKindContext(
  kind: string,
  ref: SourceRef,
  options: unknown,
  faults: ServiceFaults,
): KindContext<unknown> {
  const source = objectSource(ref);
  const hosts = hostsByKind.parse(JSON.parse(readEnv(['allowedHosts']).allowedHosts));
  return {
    source: { ...source, read: (start, end) => faults.see(source.read(start, end)) },
    options,
    allowedHosts: hosts[kind] ?? [],
    objects: watched(objectReader(kind), faults),
    servers: async () => await faults.see((await import('../aws/servers.ts')).readServers(kind)),
    // Loaded by the kinds that ask: the client costs memory in every function.
    secret: async (name, wanted) =>
      await faults.see((await import('../aws/secrets.ts')).readSecret(kind, name, wanted)),
  };
}

function watched({ open, list }: ObjectReader, faults: ServiceFaults): ObjectReader {
  return {
    list: (bucket, prefix, after) => faults.seeAll(list(bucket, prefix, after)),
    async open(bucket, key) {
      const object = await faults.see(open(bucket, key));
      return { ...object, read: (start, end) => faults.see(object.read(start, end)) };
    },
  };
}

/** The context of one item: outputs are staged under its group, so that nothing half done is ever seen by readers. */
export function toContext(
  job: { group: string; source: ClusterMessage['source'] },
  options: unknown,
  { signal, stage, faults, models }: Surroundings,
): ProcessContext<unknown> {
  const { kind, name } = parseSourceKey(job.source.key);
  const places = placesOf(kind, name, job.group);
  return {
    ...toKindContext(kind.name, job.source, options, faults),
    journal: toJournal(kind.name, faults),
    signal,
    scratch: tmpdir(),
    stage,
    models,
    async put(path, body, contentType) {
      // A key that is too long is this item's failure here; in finish it would be the whole run's.
      places.published({ path });
      const key = places.staged(job.group, { path });
      const cacheControl = kind.isImmutable?.(path) ? 'public, max-age=31536000, immutable' : undefined;
      const hash = createHash('sha256');
      const { results } = readEnv(['results']);
      const clean = hashed(bodyWithoutSecrets(body, contentType), hash);
      const bytes = await faults.see(putObject(results, key, clean, contentType, cacheControl));
      return { path, bytes, contentType, sha256: hash.digest('hex') };
    },
  };
}

/** The body, hashed as far as it is known, or else while it is read. */
function hashed(body: Body, hash: Hash): Body {
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return hashedStream(body, hash);
  hash.update(body);
  return body;
}

async function* hashedStream(body: AsyncIterable<Uint8Array>, hash: Hash): AsyncIterable<Uint8Array> {
  for await (const chunk of body) {
    hash.update(chunk);
    yield chunk;
  }
}

/** A kind's journal: objects of the results bucket that a lifecycle rule removes by age. */
function toJournal(kind: string, faults: ServiceFaults): Journal {
  return {
    read: (key) => faults.see(readWhole(journalKey(kind, key))),
    async write(key, body) {
      const { results } = readEnv(['results']);
      await faults.see(putObject(results, journalKey(kind, key), body, 'application/octet-stream'));
    },
  };
}

async function readWhole(key: string): Promise<Uint8Array | undefined> {
  const body = await getObject(readEnv(['results']).results, key);
  return body && Buffer.concat(await Array.fromAsync(body));
}
