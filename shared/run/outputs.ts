import { readEnv } from '../aws/env.ts';
import { copyObject, getObject } from '../aws/store.ts';

/** The bytes of an output. @throws Error when it is not there */
export async function* readOutput(key: string): AsyncIterable<Uint8Array> {
  const body = await getObject(readEnv(['results']).results, key);
  if (!body) throw new Error(`expected the output ${key}, found none`);
  yield* body;
}

/** Copies an output within the results bucket, unless it lies there already. */
export async function copyOutput(from: string, to: string): Promise<void> {
  if (from !== to) await copyObject(readEnv(['results']).results, from, to);
}

/** The keys of an output: that of a folder stands with and without its slash, since a store of objects redirects nobody. */
export const toKeys = (key: string): [string, ...string[]] =>
  key.endsWith('/') ? [key, key.slice(0, -1)] : [key];
