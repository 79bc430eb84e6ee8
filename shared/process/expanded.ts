import * as z from 'zod';
import { readEnv } from '../aws/env.ts';
import { getObject, putObject } from '../aws/store.ts';
import type { Item, ItemResult } from '../kind.ts';
import { kindNamed } from '../kinds/index.ts';
import { planGroup } from '../plan/plan.ts';
import { childGroup, expandedKey, toChildId, toKindId } from '../run/keys.ts';
import { type ClusterMessage, parsedItem } from '../run/message.ts';
import { itemResult } from '../run/results.ts';

/** A child group larger than this would not be planned within one invocation; it may hold the children of several items. */
export const CHILDREN_MAX = 50_000;

/**
 * An item that goes on in a child group: `join` as several children, whose results its kind joins, `same` as itself, alone
 * (it outgrew its tier, or is a suspect).
 */
export interface Expansion {
  readonly how: 'join' | 'same';
  readonly item: Item;
  readonly children: readonly Item[];
}

/** What finish needs to join a child group; stored before the group is planned. */
const expanded = z.object({
  /** The results of the cluster's other items. */
  results: z.array(itemResult),
  /** The items whose children are in the group, and how many each has. */
  expansions: z.array(z.object({ how: z.enum(['join', 'same']), item: parsedItem, children: z.number() })),
});
export type Expanded = z.infer<typeof expanded>;

/** An item that goes on as itself. */
export function toSame(item: Item, placement: NonNullable<Item['placement']>): Expansion {
  return {
    how: 'same',
    item,
    children: [{ ...item, placement: { ...item.placement, ...placement } }],
  };
}

/** Opens and sends the cluster's child group; the cluster itself is recorded when that is joined. */
export async function expandCluster(
  message: ClusterMessage,
  results: readonly ItemResult[],
  expansions: readonly Expansion[],
  outOfTime: () => boolean,
): Promise<void> {
  const content: Expanded = {
    results: [...results],
    expansions: expansions.map(({ how, item, children }) => ({ how, item, children: children.length })),
  };
  const key = expandedKey(childGroup(message.group, message.index));
  await putObject(readEnv(['results']).results, key, JSON.stringify(content), 'application/json');
  await planChildGroup(message, expansions, outOfTime);
}

/** Plans and sends a child group, or only sends it if it is planned already. */
export async function planChildGroup(
  message: ClusterMessage,
  expansions: readonly Expansion[],
  outOfTime: () => boolean,
): Promise<void> {
  const { run, generation, kind, source, options } = message;
  const group = childGroup(message.group, message.index);
  const outcome = await planGroup({
    header: { run, generation, group, kind, source, options },
    kind: kindNamed(kind),
    entries: () => childEntries(message.group, expansions),
    isUnchanged: () => false,
    outOfTime,
  });
  if (outcome === 'handed on') throw new Error(`the child group ${group} needs another delivery to be sent`);
}

async function* childEntries(group: string, expansions: readonly Expansion[]): AsyncIterable<{ item: Item }> {
  for (const [expansion, { how, children }] of expansions.entries()) {
    for (const child of children) {
      const id = how === 'same' ? toKindId(group, child.id) : child.id;
      yield { item: { ...child, id: toChildId(expansion, id) } };
    }
  }
}

export async function readExpanded(group: string): Promise<Expanded> {
  const key = expandedKey(group);
  const body = await getObject(readEnv(['results']).results, key);
  if (!body) throw new Error(`expected ${key}, found none`);
  return expanded.parse(JSON.parse(Buffer.concat(await Array.fromAsync(body)).toString()));
}
