import * as z from 'zod';
import { SmallbatchError } from '../errors.ts';
import type { ObjectReader } from '../kind.ts';
import { readEnv } from './env.ts';
import { findObject, listObjects, objectSource } from './store.ts';

const placesByKind = z.record(z.string(), z.array(z.string()));

/** The objects that the stack's config lets a kind read beside its sources. */
export function objectReader(kind: string): ObjectReader {
  return {
    async open(bucket, key) {
      requireAllowed(kind, `${bucket}/${key}`);
      const head = await findObject(bucket, key);
      if (!head)
        throw new SmallbatchError('SOURCE_MISSING', `expected the object ${bucket}/${key}, found none`);
      return objectSource({ bucket, key, versionId: head.versionId, size: head.size });
    },
    list(bucket, prefix, after) {
      requireAllowed(kind, `${bucket}/${prefix}`);
      return listObjects(bucket, prefix, after);
    },
  };
}

/** Options and lists come with an upload: who may upload must not be able to have any bucket of the account read. */
function requireAllowed(kind: string, place: string): void {
  const places = placesByKind.parse(JSON.parse(readEnv(['buckets']).buckets))[kind] ?? [];
  if (places.some((allowed) => place.startsWith(allowed))) return;
  const known = places.join(', ') || 'none';
  throw new SmallbatchError(
    'ADDRESS_REFUSED',
    `expected a place that the config lets ${kind} read (buckets: ${known}), found ${place}`,
  );
}
