import { setTimeout as delay } from 'node:timers/promises';
import { LambdaException } from './errors.ts';
import type { InvokeResult } from './types.ts';

/** Lambda tries an asynchronous event again after one minute and, the last time, after two. */
export const ASYNC_RETRY_SECONDS: readonly number[] = [60, 120];
/** A throttled event goes back to Lambda's queue for up to 6 hours; the pause between two tries starts at 1 s. */
const THROTTLED_PAUSE_MS = 1_000;
const MAX_EVENT_AGE_MS = 6 * 60 * 60 * 1000;
/** Lambda keeps any number of events; here they are held in memory, up to 1 MiB each. */
const MAX_EVENTS = 200;

export interface AsyncEvents {
  /** Takes the event and returns; it is done later. Throws TooManyRequestsException when too many wait. */
  accept(name: string, payload: string): void;
  stop(): void;
}

export interface AsyncOptions {
  readonly invoke: (name: string, payload: string) => Promise<InvokeResult>;
  readonly onFailure: (name: string, reason: string) => void;
  readonly retrySeconds: readonly number[];
}

export function createAsyncEvents(options: AsyncOptions): AsyncEvents {
  const stopped = new AbortController();
  let waiting = 0;
  return {
    accept(name, payload) {
      if (waiting >= MAX_EVENTS) {
        throw new LambdaException(
          'TooManyRequestsException',
          `${name}: ${MAX_EVENTS} asynchronous events wait already`,
        );
      }
      waiting += 1;
      deliver(options, name, payload, stopped.signal)
        .catch((error: unknown) => {
          if (!stopped.signal.aborted) options.onFailure(name, String(error));
        })
        .finally(() => {
          waiting -= 1;
        });
    },
    stop: () => stopped.abort(),
  };
}

async function deliver(
  options: AsyncOptions,
  name: string,
  payload: string,
  signal: AbortSignal,
): Promise<void> {
  const until = Date.now() + MAX_EVENT_AGE_MS;
  for (const seconds of [...options.retrySeconds, undefined]) {
    const result = await invokeWhenFree(options, name, payload, { signal, until });
    if (result.status === 'ok' || signal.aborted) return;
    if (seconds === undefined) options.onFailure(name, `${result.requestId}: ${result.errorMessage}`);
    else await delay(seconds * 1000, undefined, { signal, ref: false });
  }
}

async function invokeWhenFree(
  options: AsyncOptions,
  name: string,
  payload: string,
  limits: { readonly signal: AbortSignal; readonly until: number },
): Promise<InvokeResult> {
  for (let pauseMs = THROTTLED_PAUSE_MS; ; pauseMs *= 2) {
    try {
      return await options.invoke(name, payload);
    } catch (error) {
      const isThrottled = error instanceof LambdaException && error.name === 'TooManyRequestsException';
      if (!isThrottled || Date.now() + pauseMs > limits.until) throw error;
    }
    await delay(pauseMs, undefined, { signal: limits.signal, ref: false });
  }
}
