import type { Context } from 'aws-lambda';

/** A function hands itself on (or gives up sending) when less than this is left of its time. */
const HAND_OVER_MS = 60_000;

/** What is left of an invocation's time. */
export interface TimeLeft {
  /** Whole milliseconds, as timers take them; below zero when it is over. */
  ms(): number;
  /** True from the moment when the function should hand itself on: a minute, or a third of its whole time, before the end. */
  isShort(): boolean;
}

/**
 * Lambda's own answer compares the deadline with the wall clock, which may be set while an item is at work. It is asked once,
 * at the start; from then on a clock counts that no one sets.
 */
export function timeLeft(context: Pick<Context, 'getRemainingTimeInMillis'>): TimeLeft {
  const whole = context.getRemainingTimeInMillis();
  const started = performance.now();
  const ms = (): number => Math.floor(whole - (performance.now() - started));
  const reserve = Math.min(HAND_OVER_MS, whole / 3);
  return { ms, isShort: () => ms() < reserve };
}
