import * as z from 'zod';
import { openSource, toSourceStart } from './companion.ts';
import { SmallbatchError, toFailure } from './errors.ts';
import { memoryReport } from './memory/report.ts';
import { OPTIONS_METADATA, parseOptionsHeader, type StartMessage, sourceRef } from './message.ts';
import { isRepeated, parseSourceKey, toOrder, toRunId } from './run-id.ts';
import { getRow, openRunRows, type Row, updateRow } from './table.ts';

export const RUN_STATES = [
  'planning',
  'running',
  'completed',
  'completed_with_failures',
  'failed',
  'cancelled',
  'superseded',
] as const;
export type RunState = (typeof RUN_STATES)[number];

/** A run that has not ended after this long is ended by sweep. */
const DEADLINE_HOURS = 24;

const failure = z.object({ code: z.string(), message: z.string() });

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
  /** Groups with a barrier of their own: the run's and those of expanded items. */
  groups: z.number().optional(),
  manifest: z.string().optional(),
  memory: memoryReport.optional(),
  failure: failure.optional(),
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

const runKey = (run: string): string => `run#${run}`;
const parse = (row: Row): Run => runRecord.parse(row);

/** @throws SmallbatchError SOURCE_MISSING when there is no such run */
export async function getRun(run: string): Promise<Run> {
  const found = await findRun(run);
  if (found) return found;
  throw new SmallbatchError('SOURCE_MISSING', `expected a run "${run}", found none`);
}

export async function findRun(run: string): Promise<Run | undefined> {
  const row = await getRow(runKey(run));
  return row && parse(row);
}

export async function* openRuns(): AsyncIterable<Run> {
  for await (const row of openRunRows()) yield parse(row);
}

/**
 * Opens the run of a start message, or finds the one that is open or ended already. Options are stored as they came;
 * split checks them, so that a wrong one ends the run with its message. Options that can't even be read end it here.
 * Undefined for a companion that came before its source: the source's own upload will start the run.
 * @throws SmallbatchError SOURCE_MISSING, SOURCE_UNKNOWN_KIND
 */
export async function openRun(message: StartMessage): Promise<Run | undefined> {
  const start = toSourceStart(message);
  const { kind, name } = parseSourceKey(start.key);
  const opened = await openSource(kind, start);
  if (!opened && start !== message) return undefined;
  if (!opened) throw missing(start);
  const { ref: source, metadata } = opened;
  const { options, failure: wrong } = readOptions(start, metadata[OPTIONS_METADATA]);
  const run = toRunId(kind, source, options, start.at);
  const row = await updateRow(runKey(run), {
    update:
      'SET #run = :run, #generation = :generation, #state = :planning, #kind = :kind, #name = :name, #source = :source, ' +
      '#order = if_not_exists(#order, :order), #options = :options, #startedAt = :now, #deadline = :deadline, #open = :open ' +
      'REMOVE #endedAt, #emittedAt, #failure, #manifest, #memory, #items, #clusters, #groups, #progress, #base',
    condition: 'attribute_not_exists(#pk) OR (#generation < :generation AND attribute_not_exists(#open))',
    values: {
      ':run': run,
      ':generation': start.generation,
      ':planning': 'planning',
      ':kind': kind.name,
      ':name': name,
      ':source': source,
      ':order': toOrder({
        source: isRepeated(kind) ? latest(opened.lastModified, start.at) : opened.lastModified,
        companion: opened.companionModified,
        sequencer: start.sequencer,
        isByCompanion: start !== message,
      }),
      ':options': options,
      ':now': new Date().toISOString(),
      ':deadline': Math.floor(Date.now() / 1000) + DEADLINE_HOURS * 3600,
      ':open': 'run',
    },
  });
  const record = row ? parse(row) : await getRun(run);
  return wrong ? await failRun(record, wrong) : record;
}

function missing({ bucket, key, versionId }: StartMessage): SmallbatchError {
  const version = versionId ? ` version ${versionId}` : '';
  return new SmallbatchError('SOURCE_MISSING', `expected the object ${bucket}/${key}${version}, found none`);
}

/** A scheduled run is as new as its schedule's time, not as its source. */
function latest(lastModified: Date, at: string | undefined): Date {
  return at !== undefined && new Date(at) > lastModified ? new Date(at) : lastModified;
}

function readOptions(
  start: StartMessage,
  header: string | undefined,
): { readonly options: Run['options']; readonly failure?: SmallbatchError } {
  try {
    return { options: start.options ?? parseOptionsHeader(header) };
  } catch (failure) {
    if (failure instanceof SmallbatchError) return { options: {}, failure };
    throw failure;
  }
}

/** Fixes what the plan is made over, at the first attempt; returns it. */
export async function fixBase(run: Run, manifest: string): Promise<string> {
  const row = await updateRow(runKey(run.run), {
    update: 'SET #base = if_not_exists(#base, :manifest)',
    condition: '#generation = :generation AND attribute_exists(#open)',
    values: { ':manifest': manifest, ':generation': run.generation },
  });
  return (row && parse(row).base) ?? manifest;
}

/**
 * Has an open run pass once more over its source, as its next generation. Returns that run, or undefined when it has
 * ended or gone on otherwise.
 */
export async function passAgain(run: Run): Promise<Run | undefined> {
  const next = run.generation + 1;
  await updateRow(runKey(run.run), {
    update: 'SET #generation = :next, #state = :planning REMOVE #base, #progress',
    condition: '#generation = :generation AND attribute_exists(#open)',
    values: { ':generation': run.generation, ':next': next, ':planning': 'planning' },
  });
  const current = await getRun(run.run);
  return current.generation === next && current.state === 'planning' ? current : undefined;
}

/** planning → running. */
export async function markRunning(run: Run): Promise<void> {
  await updateRow(runKey(run.run), {
    update: 'SET #state = :running',
    condition: '#generation = :generation AND #state = :planning',
    values: { ':running': 'running', ':planning': 'planning', ':generation': run.generation },
  });
}

export type Ending = Pick<Run, 'state' | 'items' | 'clusters' | 'groups' | 'manifest' | 'memory' | 'failure'>;

/** Ends a run once; a run that has ended stays as it is. Returns the record that stands. */
export async function endRun(run: Run, ending: Ending): Promise<Run> {
  const values = Object.entries(ending).filter(([, value]) => value !== undefined);
  const ended = await updateRow(runKey(run.run), {
    update: `SET #endedAt = :now, ${values.map(([name]) => `#${name} = :${name}`).join(', ')} REMOVE #open`,
    condition: '#generation = :generation AND attribute_exists(#open)',
    values: {
      ':now': new Date().toISOString(),
      ':generation': run.generation,
      ...Object.fromEntries(values.map(([name, value]) => [`:${name}`, value])),
    },
  });
  return ended ? parse(ended) : await getRun(run.run);
}

export async function failRun(run: Run, error: unknown): Promise<Run> {
  return await endRun(run, { state: 'failed', failure: toFailure(error) });
}

export async function markEmitted(run: Run): Promise<void> {
  await updateRow(runKey(run.run), {
    update: 'SET #emittedAt = :now',
    condition: '#generation = :generation',
    values: { ':now': new Date().toISOString(), ':generation': run.generation },
  });
}

export async function storeProgress(run: Run, progress: { clusters: number; at: number }): Promise<void> {
  await updateRow(runKey(run.run), {
    update: 'SET #progress = :progress',
    condition: 'attribute_exists(#open)',
    values: { ':progress': progress },
  });
}
