import * as z from 'zod';
import { allOf, type Clause, is, isAbsent } from '../aws/condition.ts';
import { sourceRef } from '../aws/object-ref.ts';
import { getRow, openRunRows, type Row, rowsBelow, updateRow } from '../aws/table.ts';
import { SmallbatchError, toFailure } from '../errors.ts';
import { toSafeText } from '../safe-text/safe-text.ts';
import { memoryReport } from './memory-report.ts';
import { errorCode } from './message.ts';

export const RUN_STATES = [
  'planning',
  'running',
  'completed',
  'completed_with_failures',
  'failed',
  'cancelled',
  'superseded',
] as const;
type RunState = (typeof RUN_STATES)[number];

const failure = z.object({ code: z.string(), message: z.string().transform(toSafeText) });

/** What a step of a run fails at again and again. */
const trouble = z.object({
  step: z.enum(['split', 'process', 'finish']),
  code: errorCode,
  message: z.string().transform(toSafeText),
  /** Number of the delivery that failed, from 1. */
  attempt: z.number(),
  againInSeconds: z.number(),
  at: z.string(),
});
export type Trouble = z.infer<typeof trouble>;

const runRecord = z.object({
  run: z.string(),
  generation: z.number(),
  state: z.enum(RUN_STATES),
  kind: z.string(),
  /** The source's name: what its uploads have in common, and the folder of its results. */
  name: z.string(),
  source: sourceRef,
  /** Sorts the versions of one source, oldest first. */
  order: z.string(),
  options: z.record(z.string(), z.unknown()),
  startedAt: z.string(),
  /** Epoch seconds. */
  deadline: z.number(),
  /** The manifest that the plan was made over ('' for none): what it found unchanged is in there. */
  base: z.string().optional(),
  endedAt: z.string().optional(),
  emittedAt: z.string().optional(),
  items: z
    .object({ total: z.number(), ok: z.number(), failed: z.number(), unchanged: z.number() })
    .optional(),
  clusters: z.number().optional(),
  /** What split left out of the source on purpose, and how often. */
  omitted: z.record(z.string(), z.number()).optional(),
  /** Groups with a barrier of their own: the run's and those of expanded items. */
  groups: z.number().optional(),
  manifest: z.string().optional(),
  memory: memoryReport.optional(),
  /** What the kind says is missing in the results although nothing failed. */
  warnings: z.array(z.string().transform(toSafeText)).optional(),
  failure: failure.optional(),
  /** The last failure of a step that was tried before; gone when the run has ended. */
  trouble: trouble.optional(),
  /** Kept by sweep: the clusters it saw recorded, and when that number last grew (epoch seconds). */
  progress: z.object({ clusters: z.number(), at: z.number() }).optional(),
});
export type Run = z.infer<typeof runRecord>;

const ENDED: ReadonlySet<RunState> = new Set([
  'completed',
  'completed_with_failures',
  'failed',
  'cancelled',
  'superseded',
]);
export const hasEnded = (run: Run): boolean => ENDED.has(run.state);

const hasNotEnded = isAbsent('endedAt');
/** Still this pass of the run, and not a later one. */
const isPass = ({ generation }: Pick<Run, 'generation'>): Clause => is('generation', generation);
const isOpenPass = (run: Pick<Run, 'generation'>): Clause => allOf(isPass(run), hasNotEnded);

/** A pass over a source that has not ended after this long is ended by sweep. */
const DEADLINE_HOURS = 24;

/** In epoch seconds. */
export const deadlineFromNow = (): number => Math.floor(Date.now() / 1000) + DEADLINE_HOURS * 3600;

export const runKey = (run: string): string => `run#${run}`;
export const parseRun = (row: Row): Run => runRecord.parse(row);

/** @throws SmallbatchError SOURCE_MISSING when there is no such run */
export async function getRun(run: string): Promise<Run> {
  const found = await findRun(run);
  if (found) return found;
  throw new SmallbatchError('SOURCE_MISSING', `expected a run "${run}", found none`);
}

export async function findRun(run: string): Promise<Run | undefined> {
  const row = await getRow(runKey(run));
  return row && parseRun(row);
}

export async function* openRuns(): AsyncIterable<Run> {
  for await (const row of openRunRows()) yield parseRun(row);
}

/** Every run that is kept and whose id begins so, in no order; it reads the whole table. */
export async function* runsBelow(prefix: string): AsyncIterable<Run> {
  for await (const row of rowsBelow(runKey(prefix))) yield parseRun(row);
}

/** Fixes what the plan is made over, at the first attempt; returns it. */
export async function fixBase(run: Run, manifest: string): Promise<string> {
  const row = await updateRow(runKey(run.run), {
    setOnce: { base: manifest },
    condition: isOpenPass(run),
  });
  return (row && parseRun(row).base) ?? manifest;
}

/**
 * Has an open run pass once more over its source, as its next generation. Returns that run, or undefined when it has
 * ended or gone on otherwise.
 */
export async function passAgain(run: Run): Promise<Run | undefined> {
  const next = run.generation + 1;
  await updateRow(runKey(run.run), {
    set: { generation: next, state: 'planning' satisfies RunState, deadline: deadlineFromNow() },
    remove: ['base', 'progress', 'emittedAt', 'trouble'],
    condition: isOpenPass(run),
  });
  const current = await getRun(run.run);
  return current.generation === next && current.state === 'planning' ? current : undefined;
}

/** planning → running. */
export async function markRunning(run: Run): Promise<void> {
  await updateRow(runKey(run.run), {
    set: { state: 'running' satisfies RunState },
    condition: allOf(isPass(run), is('state', 'planning' satisfies RunState)),
  });
}

/** What a run's end adds to its record. */
export const ending = runRecord.pick({
  state: true,
  items: true,
  omitted: true,
  clusters: true,
  groups: true,
  manifest: true,
  memory: true,
  warnings: true,
  failure: true,
});
export type Ending = z.infer<typeof ending>;

/**
 * Ends a run once; a run that has ended stays as it is. Returns the record that stands. It stays among the open ones until
 * its event is out: whoever ended it may die before that.
 */
export async function endRun(run: Run, ending: Ending): Promise<Run> {
  const ended = await updateRow(runKey(run.run), {
    set: { ...ending, endedAt: new Date().toISOString() },
    remove: ['trouble'],
    condition: isOpenPass(run),
  });
  return ended ? parseRun(ended) : await getRun(run.run);
}

export async function failRun(run: Run, error: unknown): Promise<Run> {
  return await endRun(run, { state: 'failed', failure: toFailure(error) });
}

export async function markEmitted(run: Run): Promise<void> {
  await updateRow(runKey(run.run), {
    set: { emittedAt: new Date().toISOString() },
    remove: ['open'],
    condition: isPass(run),
  });
}

export async function storeTrouble(run: Pick<Run, 'run' | 'generation'>, trouble: Trouble): Promise<void> {
  await updateRow(runKey(run.run), { set: { trouble }, condition: isOpenPass(run) });
}

export async function storeProgress(run: Run, progress: { clusters: number; at: number }): Promise<void> {
  await updateRow(runKey(run.run), {
    set: { progress },
    condition: hasNotEnded,
  });
}
