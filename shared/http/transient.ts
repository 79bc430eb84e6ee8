import { setTimeout as sleep } from 'node:timers/promises';
import { type ErrorCode, SmallbatchError } from '../errors.ts';

/** A failure that another attempt may not have. What reads a reply may throw it too, to have the request made again. */
export class TransientError extends SmallbatchError {
  /** What the server asked for, in ms. */
  readonly waitMs: number | undefined;

  constructor(code: ErrorCode, message: string, options: ErrorOptions & { waitMs?: number } = {}) {
    super(code, message, options);
    this.waitMs = options.waitMs;
  }
}

export interface RetryLimits {
  /** Attempts in all, the first one included. */
  readonly attempts: number;
  /** The first pause, in ms; each next one is twice as long, up to `pauseMaxMs`. */
  readonly pauseMs: number;
  readonly pauseMaxMs: number;
  /** A longer wait than this that a server asks for (Retry-After) is a failure, in ms. */
  readonly retryAfterMaxMs: number;
}

/**
 * Makes attempts until one does not end in a TransientError, with exponential pauses of which up to half is left to chance, so
 * that clients that failed together do not come back together.
 */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  limits: RetryLimits,
  signal: AbortSignal | undefined,
): Promise<T> {
  for (let made = 1; ; made++) {
    signal?.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof TransientError)) throw error;
      if (made >= limits.attempts) throw spent(error, made);
      await pause(toPause(error, made, limits), signal);
    }
  }
}

function toPause(error: TransientError, made: number, limits: RetryLimits): number {
  const { waitMs = 0 } = error;
  if (waitMs > limits.retryAfterMaxMs)
    throw new SmallbatchError(
      error.code,
      `${error.message}; it asks for a wait of ${Math.ceil(waitMs / 1000)} s, more than the ${limits.retryAfterMaxMs / 1000} s that are waited for`,
      { cause: error },
    );
  const doubled = Math.min(limits.pauseMs * 2 ** (made - 1), limits.pauseMaxMs);
  return Math.max(waitMs, doubled * (1 - Math.random() / 2));
}

/** The wait that a `Retry-After` header asks for, in ms: seconds, or a date (RFC 9110, 10.2.3). */
export function toWait(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(date - now, 0);
}

const spent = (error: TransientError, made: number): SmallbatchError =>
  new SmallbatchError(error.code, `${error.message} (${made} ${made === 1 ? 'attempt' : 'attempts'})`, {
    cause: error,
  });

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    // the caller's own reason, not the timer's
    signal?.throwIfAborted();
    throw error;
  }
}
