import type { FunctionSpec, FunctionStats, InvokeResult } from './types.ts';

/** Counts one function's results; holds no result. */
export interface Tally {
  record(result: InvokeResult): void;
  toStats(): FunctionStats;
}

export function createTally(spec: FunctionSpec): Tally {
  const count = {
    invocations: 0,
    coldStarts: 0,
    errors: 0,
    timeouts: 0,
    kills: 0,
    billedMs: 0,
    initMs: 0,
    peakRssMb: 0,
  };
  return {
    record(result) {
      count.invocations += 1;
      count.coldStarts += result.initMs > 0 ? 1 : 0;
      count.errors += result.status === 'error' || result.status === 'exited' ? 1 : 0;
      count.timeouts += result.status === 'timeout' ? 1 : 0;
      count.kills += result.status === 'killed' ? 1 : 0;
      count.billedMs += result.billedMs;
      count.initMs += result.initMs;
      count.peakRssMb = Math.max(count.peakRssMb, result.peakRssMb);
    },
    toStats: () => ({ name: spec.name, memoryMb: spec.memoryMb, ...count }),
  };
}
