import { newFailure } from '../../errors.ts';
import type { CallContext, CallOutcome, Detail } from '../../kind.ts';
import type { RowResult } from './answer.ts';
import { callFunction, OutOfTime } from './call.ts';
import { Checkpoint, type Stored } from './checkpoint.ts';
import { type Call, toCalls, toEvent } from './event.ts';
import { readRows } from './row-bytes.ts';
import { isVirtual, type RowItem } from './row-items.ts';
import type { RowsOptions } from './schema.ts';
import { Tolerance } from './tolerance.ts';

type Context = CallContext<RowsOptions>;

/**
 * Makes the calls of one cluster, one after the other. Undefined when the time is up before all are made: what they came to is in
 * the journal, and the next delivery goes on from there.
 */
export async function callAll(
  items: readonly RowItem[],
  context: Context,
): Promise<readonly CallOutcome[] | undefined> {
  const checkpoint = await Checkpoint.open(context);
  const bytesOf = await readRows(items, context.source);
  const tolerance = new Tolerance(context);
  const outcomes: CallOutcome[] = [];
  let isFirst = true;
  for (const call of toCalls(items)) {
    const known = checkpoint.find(call.number);
    // A call may take its whole time: one that has less left goes on in another invocation.
    if (!known && !isFirst && !hasTime(context)) return await handOn(checkpoint);
    const stored = known ?? (await runCall(call, { context, checkpoint, tolerance, bytesOf }));
    if (!stored) return await handOn(checkpoint);
    isFirst &&= known !== undefined;
    tolerance.see(stored.results);
    outcomes.push(...toOutcomes(call, stored));
  }
  return outcomes;
}

const hasTime = ({ remainingMs, options }: Context): boolean => remainingMs() >= options.timeout * 1000;

async function handOn(checkpoint: Checkpoint): Promise<undefined> {
  await checkpoint.handOn();
}

interface Calling {
  readonly context: Context;
  readonly checkpoint: Checkpoint;
  readonly tolerance: Tolerance;
  bytesOf(item: RowItem): Buffer;
}

/** Undefined when there is no time left for it. */
async function runCall(
  call: Call,
  { context, checkpoint, tolerance, bytesOf }: Calling,
): Promise<Stored | undefined> {
  const reason = await tolerance.exceeded();
  if (reason) return toNotRun(call, reason);
  const json = call.items.some(isVirtual) ? undefined : call.items.map(bytesOf);
  const started = performance.now();
  try {
    const result = await callFunction(toEvent(call, json, context), call.items.length, context);
    return await checkpoint.add(call.number, result, performance.now() - started);
  } catch (error) {
    if (error instanceof OutOfTime) return undefined;
    throw error;
  }
}

/** Not stored: another run, or another delivery, may find it within what is tolerated. */
function toNotRun({ items }: Call, message: string): Stored {
  const failure = newFailure('NOT_RUN', message);
  return { results: items.map(() => ({ failure })), attempts: 0, ms: 0, isAgain: false };
}

function toOutcomes({ items }: Call, { results, attempts, ms, isAgain }: Stored): CallOutcome[] {
  const facts: Detail = {
    ...(attempts > 1 ? { attempts } : {}),
    ...(isAgain ? { again: true } : {}),
  };
  return results.map((result, index) => ({ done: toDone(result, items[index], facts), ms }));
}

function toDone(result: RowResult, item: RowItem | undefined, facts: Detail): CallOutcome['done'] {
  if ('failure' in result) {
    const { code, message } = result.failure;
    const failure = newFailure(code, `${toPlace(item)}: ${message}`);
    return { type: 'done', outputs: [], detail: facts, failure };
  }
  const detail = result.value === undefined ? facts : { ...facts, value: result.value };
  return { type: 'done', outputs: [], detail };
}

/** A row's id says nothing to its owner. */
const toPlace = (item: RowItem | undefined): string =>
  item?.data.line === undefined ? `row ${item?.data.n}` : `line ${item.data.line}`;
