/**
 * How often a message is delivered, and how long it waits before it comes again. AWS advises five deliveries at least: one that
 * finds every function busy (a throttled poller) counts, too.
 */

/** AWS is in trouble: the pauses after a delivery grow, and together span 17 minutes before the last one. */
const TROUBLE_SECONDS: readonly number[] = [10, 30, 90, 300, 600];
/** Anything else fails the same way each time, or never again: a run that can't go on ends within a minute. */
const RETRY_SECONDS = 5;

/** Deliveries before a message is a dead letter. */
export const RECEIVES = TROUBLE_SECONDS.length + 1;

/** The pause after delivery number `receive` (from 1) failed. */
export function toRetrySeconds(receive: number, isTrouble: boolean): number {
  if (!isTrouble) return RETRY_SECONDS;
  return TROUBLE_SECONDS[Math.min(receive, TROUBLE_SECONDS.length) - 1] ?? RETRY_SECONDS;
}
