import * as z from 'zod';
import { readEnv } from '../aws/env.ts';
import { getObject, putObject } from '../aws/store.ts';
import type { Item, ItemResult } from '../kind.ts';
import { kindNamed } from '../kinds/index.ts';
import { type Header, type PlanOutcome, planGroup, sendPlan } from '../plan/plan.ts';
import { type Group, getGroup } from '../run/group.ts';
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

/** What finish needs to join a child group; stored with each plan attempt, before one of them seals the group. */
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
  const header = toChildHeader(message);
  const outcome = await planGroup({
    header,
    kind: kindNamed(message.kind),
    entries: () => childEntries(message.group, expansions),
    isUnchanged: () => false,
    plannedFor: (attempt) => putExpanded(header.group, attempt, content),
    outOfTime,
  });
  requireSent(header.group, outcome);
}

/** Sends what is left of a cluster's child group. False when there is none that is sealed. */
export async function resumeChildGroup(message: ClusterMessage, outOfTime: () => boolean): Promise<boolean> {
  const header = toChildHeader(message);
  const record = await getGroup(header.group);
  if (record.clusters === undefined) return false;
  requireSent(header.group, await sendPlan({ header, outOfTime }, record));
  return true;
}

function toChildHeader({ run, generation, kind, source, options, ...place }: ClusterMessage): Header {
  return { run, generation, group: childGroup(place.group, place.index), kind, source, options };
}

function requireSent(group: string, outcome: PlanOutcome): void {
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

async function putExpanded(group: string, attempt: number, content: Expanded): Promise<void> {
  const body = JSON.stringify(content);
  await putObject(readEnv(['results']).results, expandedKey(group, attempt), body, 'application/json');
}

/** What a sealed group was planned for. */
export async function readExpanded(group: string, { sealedBy }: Pick<Group, 'sealedBy'>): Promise<Expanded> {
  if (sealedBy === undefined) throw new Error(`expected ${group} to be sealed`);
  const key = expandedKey(group, sealedBy);
  const body = await getObject(readEnv(['results']).results, key);
  if (!body) throw new Error(`expected ${key}, found none`);
  return expanded.parse(JSON.parse(Buffer.concat(await Array.fromAsync(body)).toString()));
}
