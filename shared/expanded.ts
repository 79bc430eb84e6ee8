import { z } from 'zod';
import { itemResult } from './complete.ts';
import { readEnv } from './env.ts';
import { expandedKey } from './keys.ts';
import { parsedItem } from './message.ts';
import { getObject } from './store.ts';

/** What finish needs to join a child group; process stores it before it plans the group. */
const expanded = z.object({
  /** The results of the cluster's other items. */
  results: z.array(itemResult),
  /** The items whose children are in the group, and how many each has. */
  expansions: z.array(z.object({ item: parsedItem, items: z.number() })),
});
export type Expanded = z.infer<typeof expanded>;

export async function readExpanded(group: string): Promise<Expanded> {
  const key = expandedKey(group);
  const body = await getObject(readEnv(['results']).results, key);
  if (!body) throw new Error(`expected ${key}, found none`);
  return expanded.parse(JSON.parse(Buffer.concat(await Array.fromAsync(body)).toString()));
}
