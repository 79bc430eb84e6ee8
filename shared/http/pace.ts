import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until a request may begin. @throws the signal's reason */
export type Pace = (signal: AbortSignal | undefined) => Promise<void>;

/** So many requests a second begin, evenly: each takes the next free moment. */
export function toPace(requestsPerSecond: number | undefined): Pace {
  if (requestsPerSecond === undefined) return async () => undefined;
  const gapMs = 1000 / requestsPerSecond;
  let free = 0;
  return async (signal) => {
    const now = performance.now();
    const at = Math.max(now, free);
    free = at + gapMs;
    if (at > now) await sleep(at - now, undefined, { signal });
  };
}
