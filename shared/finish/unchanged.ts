import { readEnv } from '../aws/env.ts';
import { getObject } from '../aws/store.ts';
import type { ItemResult } from '../kind.ts';
import { FINGERPRINT_BYTES, toHash } from '../plan/fingerprints.ts';
import { toFingerprint } from '../plan/plan-writer.ts';
import { unchangedKey } from '../run/keys.ts';

/**
 * The ids of those results whose items the plan found unchanged. Only what is asked for is held: the plan's set (16 bytes an item)
 * is read past it.
 */
export async function unchangedOf(
  group: string,
  attempt: number | undefined,
  results: readonly ItemResult[],
): Promise<ReadonlySet<string>> {
  const wanted = new Map(
    results.map((result) => [toHash(toFingerprint(result)).toString('latin1'), result.id]),
  );
  const found = new Set<string>();
  if (attempt === undefined || wanted.size === 0) return found;
  const body = await getObject(readEnv(['results']).results, unchangedKey(group, attempt));
  for await (const hash of toHashes(body ?? [])) {
    const id = wanted.get(hash);
    if (id !== undefined) found.add(id);
  }
  return found;
}

async function* toHashes(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncIterable<string> {
  let rest = Buffer.alloc(0);
  for await (const chunk of body) {
    const bytes = Buffer.concat([rest, chunk]);
    const end = bytes.length - (bytes.length % FINGERPRINT_BYTES);
    for (let at = 0; at < end; at += FINGERPRINT_BYTES)
      yield bytes.toString('latin1', at, at + FINGERPRINT_BYTES);
    rest = bytes.subarray(end);
  }
}
