import { log } from '../../aws/log.ts';

const MB = 1024 * 1024;
/** Kept free below the memory size: what an item can allocate between two looks at the RSS, and the runtime's own. */
const RESERVE_MB = 64;
const RESERVE_SHARE = 0.08;
/**
 * Of the room above the baseline; from here on the thread is renewed before the next item, since ending it is what gives
 * WASM memory back. A mark that did not look at the baseline would renew a thread after every item of a small function.
 */
const SOFT_SHARE = 0.6;
/** From here on one log line tells what holds the memory. */
const REPORT_SHARE = 0.8;

export const toMb = (bytes: number): number => Math.round(bytes / MB);

/** A function's memory in bytes: where an item is reported, and where it is ended. */
export interface MemoryBudget {
  readonly size: number;
  readonly limit: number;
  readonly report: number;
}

export function toBudget(memoryMb: number): MemoryBudget {
  const limit = memoryMb - Math.max(RESERVE_MB, memoryMb * RESERVE_SHARE);
  return {
    size: memoryMb * MB,
    limit: limit * MB,
    report: limit * REPORT_SHARE * MB,
  };
}

/** True when an idle thread holds so much that it should be renewed. */
export function isGrown(rss: number, baseline: number, { limit }: MemoryBudget): boolean {
  return rss > baseline + (limit - baseline) * SOFT_SHARE;
}

/** What an item did to the memory, in bytes of RSS. */
export interface MemoryUse {
  /** The function with an idle thread, before its first item. */
  readonly baseline: number;
  /** When the item began: what earlier items left behind. */
  readonly before: number;
  readonly peak: number;
  /** What the first stage added, as far as it ended. */
  readonly firstStage: number;
}

/** The message of an item that outgrew the largest size: everything its author needs to see why. */
export function toOutOfMemory(use: MemoryUse, itemBytes: number, { size, limit }: MemoryBudget): string {
  return (
    `expected to stay within ${toMb(limit)} MB of a ${toMb(size)} MB function, found a peak of ${toMb(use.peak)} MB: ` +
    `baseline ${toMb(use.baseline)} MB, ${toMb(use.before)} MB before the item, first stage +${toMb(use.firstStage)} MB, ` +
    `item of ${itemBytes} bytes`
  );
}

export interface Holders {
  readonly rss: number;
  readonly heap: number;
  /** Buffers and WASM memory of the thread. */
  readonly external: number;
  readonly wasm: number;
}

/** One line at 80 % of the budget: heap, buffers, wasm, the rest, the item at work, the first stage. */
export function logHolders(item: string, { rss, heap, external, wasm }: Holders, use: MemoryUse): void {
  log.warn('memory is at 80 % of the budget', {
    item,
    rssMb: toMb(rss),
    heapMb: toMb(heap),
    buffersMb: toMb(Math.max(0, external - wasm)),
    wasmMb: toMb(wasm),
    restMb: toMb(Math.max(0, rss - heap - external)),
    baselineMb: toMb(use.baseline),
    beforeMb: toMb(use.before),
    firstStageMb: toMb(use.firstStage),
  });
}
