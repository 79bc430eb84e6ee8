import * as z from 'zod';
import { allOf, type Clause, is, isAbsent } from '../aws/condition.ts';
import { getRow, type Row, updateRow } from '../aws/table.ts';
import type { Counters } from './ledger.ts';
import { sendFinish } from './send.ts';

/** Of kinds whose unit of work is the call: how many there are by their numbers, and how many of them have items to be done. */
const calls = z.object({ total: z.number(), planned: z.number() });

/** Where planning goes on: everything before it is in the plan parts of earlier attempts. */
const planCursor = z.object({
  /** Entries of the kind's `split` that are planned (or left out as unchanged). */
  entries: z.number(),
  /** The kind's own cursor after them, if it gives one. */
  kind: z.string().optional(),
  clusters: z.number(),
  items: z.number(),
  bytes: z.number().optional(),
  calls: calls.optional(),
  omitted: z.record(z.string(), z.number()).optional(),
  /** The attempt that stored this cursor and, with it, the set of unchanged items. */
  attempt: z.number(),
});
export type PlanCursor = z.infer<typeof planCursor>;

const group = z.object({
  attempt: z.number().default(0),
  /** Which attempt wrote the plan parts from `part` on. */
  segments: z.array(z.object({ attempt: z.number(), part: z.number() })).default([]),
  cursor: planCursor.optional(),
  /** Set by seal: the attempt whose plan it is, and with it what the group was planned for. */
  sealedBy: z.number().optional(),
  clusters: z.number().optional(),
  items: z.number().default(0),
  unchanged: z.number().default(0),
  /** Of kinds whose unit of work is the call. */
  calls: calls.optional(),
  /** What split left out on purpose, and how often. */
  omitted: z.record(z.string(), z.number()).default({}),
  sentParts: z.number().default(0),
  sentAt: z.string().optional(),
  completedAt: z.string().optional(),
  emittedAt: z.string().optional(),
  ok: z.number().default(0),
  failed: z.number().default(0),
  bytes: z.number().default(0),
});
export type Group = z.infer<typeof group>;

const isNewestPlanner = (attempt: number): Clause => allOf(is('attempt', attempt), isAbsent('clusters'));

const groupKey = (id: string): string => `group#${id}`;
const parse = (row: Row | undefined): Group => group.parse(row ?? {});

export async function getGroup(id: string): Promise<Group> {
  return parse(await getRow(groupKey(id)));
}

/**
 * Opens the group if need be and takes a new plan attempt. Attempts are a fence: only the newest can store a cursor or
 * seal, so two deliveries of one message can't mix their plans.
 */
export async function openAttempt(id: string): Promise<Group> {
  return parse(await updateRow(groupKey(id), { add: { attempt: 1 } }));
}

/** False when a newer attempt has taken over, or sealed the group. */
export async function storeCursor(
  id: string,
  segments: Group['segments'],
  cursor: PlanCursor,
): Promise<boolean> {
  const row = await updateRow(groupKey(id), {
    set: { segments, cursor },
    condition: isNewestPlanner(cursor.attempt),
  });
  return row !== undefined;
}

export interface Seal extends Pick<Group, 'segments' | 'items' | 'unchanged'> {
  readonly calls?: Group['calls'];
  readonly omitted?: Group['omitted'];
  readonly attempt: number;
  readonly clusters: number;
}

/** Fixes the group's totals; only then may a cluster be sent. False when a newer attempt has taken over or sealed it. */
export async function sealGroup(id: string, seal: Seal): Promise<boolean> {
  const { segments, clusters, items, unchanged, calls, omitted, attempt } = seal;
  const row = await updateRow(groupKey(id), {
    set: { segments, clusters, items, unchanged, calls, omitted, sealedBy: attempt },
    remove: ['cursor'],
    condition: isNewestPlanner(attempt),
  });
  if (row) return true;
  // The first answer may have been lost and the SDK have asked again: no one else has this attempt's number.
  return (await getGroup(id)).sealedBy === attempt;
}

export async function storeSentParts(id: string, sentParts: number): Promise<void> {
  await updateRow(groupKey(id), { set: { sentParts } });
}

export async function markSent(id: string): Promise<void> {
  await updateRow(groupKey(id), { set: { sentAt: new Date().toISOString() } });
}

/** The attempt that wrote plan part `part`. */
export function attemptOf(segments: Group['segments'], part: number): number {
  const segment = segments.findLast((candidate) => candidate.part <= part);
  if (!segment) throw new RangeError(`expected a segment that covers plan part ${part}, found none`);
  return segment.attempt;
}

/**
 * Every cluster of the group is recorded: note it once, send the finish message, note that it was sent. A crash between
 * two of these steps is made good by the next delivery, which comes here again.
 */
export async function completeGroup(
  run: string,
  generation: number,
  id: string,
  sums: Counters,
): Promise<void> {
  const { emittedAt } = parse(
    await updateRow(groupKey(id), {
      set: { ok: sums.ok, failed: sums.failed, bytes: sums.bytes },
      setOnce: { completedAt: new Date().toISOString() },
    }),
  );
  if (emittedAt) return;
  await sendFinish(run, generation, id);
  await updateRow(groupKey(id), { set: { emittedAt: new Date().toISOString() } });
}
