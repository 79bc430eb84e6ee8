import { SmallbatchError } from '../../../shared/errors.ts';
import type { ObjectReader } from '../../../shared/kind.ts';

/** What a kind has whose config names no bucket: every place is refused. */
export const noObjects: ObjectReader = {
  open: async (bucket, key) => {
    throw new SmallbatchError('ADDRESS_REFUSED', `expected no other object, found ${bucket}/${key}`);
  },
  // biome-ignore lint/correctness/useYield: it refuses before there could be anything to yield
  list: async function* (bucket, prefix) {
    throw new SmallbatchError('ADDRESS_REFUSED', `expected no other bucket, found ${bucket}/${prefix}`);
  },
};
