import { setTimeout as sleep } from 'node:timers/promises';
import type { CallContext, InvokeReply } from '../../kind.ts';
import { parseAnswer, type RowResult } from './answer.ts';
import { isThrottle, toCallFailure, typeOf } from './call-failure.ts';
import type { RowsOptions } from './schema.ts';

/** Pauses double from here, and half of each is left to chance, so that calls refused together do not come back together. */
const PAUSE_MS = 200;
const PAUSE_MAX_MS = 20_000;
/** Lambda without room for so long has a cause that waiting does not mend. */
const THROTTLED_MAX_MS = 600_000;
/** Lambda's own faults (500, a lost connection) are tried so often; they are no attempt of the function's. */
const UNAVAILABLE_MAX = 5;

/** There is no time left in this invocation for another try; the next one goes on. */
export class OutOfTime extends Error {}

export interface CallResult {
  readonly results: readonly RowResult[];
  readonly attempts: number;
}

type Context = Pick<CallContext<RowsOptions>, 'options' | 'invoke' | 'remainingMs' | 'signal'>;

/** Calls the function until it answers, or its attempts are used up. Throttles use up none. @throws OutOfTime */
export async function callFunction(payload: Buffer, count: number, context: Context): Promise<CallResult> {
  const { options } = context;
  for (let attempts = 1; ; attempts++) {
    const reply = await invoke(payload, context);
    if (reply.type === 'answer') return { results: parseAnswer(reply.payload, count), attempts };
    if (attempts >= options.attempts || isThrottle(reply) || !isTriedAgain(reply, options)) {
      const failure = toCallFailure(reply);
      return { results: Array.from({ length: count }, () => ({ failure })), attempts };
    }
    await pause(attempts, context);
  }
}

function isTriedAgain(reply: Exclude<InvokeReply, { type: 'answer' }>, { retry }: RowsOptions): boolean {
  return retry.length === 0 || retry.includes(typeOf(reply));
}

/** One call that began; those that found no room, or no Lambda, are made again. */
async function invoke(payload: Buffer, context: Context): Promise<InvokeReply> {
  const { options } = context;
  const begun = performance.now();
  for (let tries = 1; ; tries++) {
    const timeoutMs = Math.min(options.timeout * 1000, context.remainingMs());
    const reply = await context.invoke({ functionName: options.function, payload, timeoutMs });
    const isRefused = isThrottle(reply) && performance.now() - begun < THROTTLED_MAX_MS;
    if (!isRefused && !(reply.type === 'unavailable' && tries < UNAVAILABLE_MAX)) return reply;
    await pause(tries, context);
  }
}

async function pause(tries: number, { remainingMs, signal, options }: Context): Promise<void> {
  const doubled = Math.min(PAUSE_MS * 2 ** (tries - 1), PAUSE_MAX_MS);
  const ms = doubled * (1 - Math.random() / 2);
  if (remainingMs() - ms < options.timeout * 1000) throw new OutOfTime();
  await sleep(ms, undefined, { signal });
}
