import { budgetOf } from '../aws/budgets.ts';
import { type Failure, SmallbatchError } from '../errors.ts';
import type { Kind } from '../kind.ts';
import { kindNamed } from '../kinds/index.ts';
import { Fingerprints } from '../plan/fingerprints.ts';
import { type PlanOutcome, planGroup } from '../plan/plan.ts';
import { type Planned, toFingerprint } from '../plan/plan-writer.ts';
import { KilledError } from '../process/guard.ts';
import type { Delivery } from '../process/process.ts';
import { guardedEntries } from '../process/split-entries.ts';
import { type Attempt, countKill, getAttempts, marked } from '../run/attempt.ts';
import { overBudget } from '../run/budget.ts';
import { completeGroup } from '../run/group.ts';
import { rootGroup } from '../run/keys.ts';
import { readManifest } from '../run/manifest.ts';
import { getIntact, getPublished, type Published, takePlace } from '../run/published.ts';
import { endRun, failRun, findRun, fixBase, hasEnded, markRunning, type Run } from '../run/run.ts';
import { emitRunCompleted } from '../run/run-completed.ts';
import { resultOptionsJson } from '../run/run-id.ts';
import { sendContinue } from '../run/send.ts';

const NOTHING = { ok: 0, failed: 0, bytes: 0 };

/** Lambda's own loop guard is off for split, so it bounds itself: at 13 minutes a hop this is five days of splitting. */
const HOPS_MAX = 500;
/** A run of a live source looks this often whether the run before it has ended. */
const WAIT_SECONDS = 15;
/** A source that has the thread which reads it ended so often ends its run. */
const KILLS_MAX = 2;
/** In the place of a cluster's index, for the mark of a split. */
const SPLIT = -1;

/**
 * Splits a run's source into clusters and sends them. A source that breaks a rule as a whole ends the run as failed with
 * one clear error and nothing sent; what AWS fails at is thrown, for the queue to deliver again.
 */
export async function splitRun(
  run: Run,
  hop: number,
  delivery: Delivery,
): Promise<PlanOutcome | Run['state'] | 'waiting'> {
  if (hasEnded(run)) {
    await emitRunCompleted(run);
    return run.state;
  }
  if (run.state === 'running') return 'running';
  const published = await getPublished(run);
  if (published && published.order > run.order) return await end(await endRun(run, { state: 'superseded' }));
  if (kindNamed(run.kind).isLive && !(await takePlace(run, isOver))) {
    await sendContinue(run, hop, WAIT_SECONDS);
    return 'waiting';
  }
  try {
    const outcome = await planMarked(run, delivery);
    await proceed(run, hop, outcome);
    return outcome;
  } catch (error) {
    if (error instanceof SmallbatchError) return await end(await failRun(run, error));
    throw error;
  }
}

async function end(run: Run): Promise<Run['state']> {
  await emitRunCompleted(run);
  return run.state;
}

async function isOver(run: string): Promise<boolean> {
  const found = await findRun(run);
  return found === undefined || hasEnded(found);
}

/**
 * A source may have the function killed, or the thread that reads it ended; at the second time the run ends with that. A delivery
 * that comes again runs behind a mark, as a cluster does.
 * @throws SmallbatchError OUT_OF_MEMORY, TIMED_OUT, CRASHED; Error at the first time, for the queue to deliver again
 */
async function planMarked(run: Run, delivery: Delivery): Promise<PlanOutcome> {
  const { messageId, receiveCount } = delivery;
  const attempt = { group: rootGroup(run.run, run.generation), index: SPLIT, messageId };
  if (receiveCount === 1) return await planCounted(run, delivery, attempt);
  if ((await getAttempts(attempt)).mark === messageId)
    throw new SmallbatchError('CRASHED', 'the function was killed each time while it split the source');
  return await marked(attempt, () => planCounted(run, delivery, attempt));
}

async function planCounted(run: Run, delivery: Delivery, attempt: Attempt): Promise<PlanOutcome> {
  try {
    return await plan(run, delivery);
  } catch (error) {
    if (!(error instanceof KilledError) || (await countKill(attempt)) < KILLS_MAX) throw error;
    const { code, message } = error.failure;
    throw new SmallbatchError(code, `the source was split, each time: ${message}`);
  }
}

async function plan(run: Run, { guard, remainingMs, outOfTime }: Delivery): Promise<PlanOutcome> {
  const kind = kindNamed(run.kind);
  checkOptions(kind, run.options);
  const [published, intact] = await Promise.all([getPublished(run), getIntact(run)]);
  const base = await fixBase(run, published?.manifest ?? '');
  const unchanged = await loadUnchanged(run, kind, base, intact);
  const { kind: name, source, options, startedAt } = run;
  const job = { kind: name, source, options, startedAt, base, unchanged: unchanged.shared };
  const omitted = new Map<string, number>();
  return await planGroup({
    header: {
      run: run.run,
      generation: run.generation,
      group: rootGroup(run.run, run.generation),
      kind: run.kind,
      source: run.source,
      options: run.options,
    },
    kind,
    omitted,
    entries: (cursor) => guardedEntries(guard, { ...job, cursor }, { remainingMs, omitted }),
    isUnchanged: (item) => unchanged.has(toFingerprint(item)),
    whyOver: ({ bytes }, planned) =>
      whyOver(run.kind, { items: planned.items + 1, bytes: planned.bytes + bytes }),
    outOfTime,
  });
}

/** An item that would take the plan over the run's budget is left out, and all after it. */
function whyOver(kind: string, planned: Planned): Failure | undefined {
  const budget = budgetOf(kind);
  const over = (['items', 'bytes'] as const).find((what) => planned[what] > (budget[what] ?? Infinity));
  return over && overBudget(kind, over, budget[over] ?? 0);
}

/** @throws SmallbatchError OPTIONS_INVALID */
function checkOptions(kind: Kind, options: Run['options']): void {
  const parsed = kind.options.safeParse(options);
  if (parsed.success) return;
  const issue = parsed.error.issues[0];
  throw new SmallbatchError(
    'OPTIONS_INVALID',
    `option ${issue?.path.join('.') || '(all)'}: ${issue?.message}`,
    {
      cause: parsed.error,
    },
  );
}

/**
 * What readers see already and may be carried over: nothing when the kind or the options have changed since, nor when
 * another version was published between two hops (finish then has the run planned again).
 */
async function loadUnchanged(
  run: Run,
  kind: Kind,
  base: string,
  published: Published | undefined,
): Promise<Fingerprints> {
  const items = new Fingerprints();
  if (published?.manifest !== base) return items;
  if (published.kindVersion !== kind.version) return items;
  if (published.options !== resultOptionsJson(kind, run.options)) return items;
  for await (const result of readManifest(base)) {
    if (result.status !== 'failed') items.add(toFingerprint(result));
  }
  return items;
}

async function proceed(run: Run, hop: number, outcome: PlanOutcome): Promise<void> {
  switch (outcome) {
    case 'handed on':
      if (hop >= HOPS_MAX)
        throw new SmallbatchError('HOP_LIMIT', `expected splitting to end within ${HOPS_MAX} hops`);
      return await sendContinue(run, hop + 1);
    case 'empty':
      // In this order: once the run is `running`, a repeated delivery does nothing more.
      await completeGroup(run.run, run.generation, rootGroup(run.run, run.generation), NOTHING);
      return await markRunning(run);
    case 'sent':
      return await markRunning(run);
    case 'taken over':
      return;
    default:
      outcome satisfies never;
  }
}
