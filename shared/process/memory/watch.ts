import type { Worker } from 'node:worker_threads';
import { logHolders, type MemoryBudget, type MemoryUse } from './budget.ts';
import type { MemoryMeter } from './meter.ts';

/** A thread can touch about 4 MB of new memory in a millisecond. The next look comes when half of the room could be gone. */
const BYTES_PER_MS = 4 * 1024 * 1024;
/** A look every 16 ms took 2 % of the CPU of PDF pages. */
const LOOK_MS = { least: 4, most: 50 } as const;

/** The thread whose item is watched; `baseline` is the RSS before its first item. */
export interface Watched {
  readonly worker: Worker;
  readonly meter: MemoryMeter;
  readonly baseline: number;
}

/** Looks at the RSS while an item runs: its peak, one report at 80 % of the budget, and the end over it. */
export class MemoryWatch {
  onOver: () => void = () => undefined;
  readonly #thread: Watched;
  readonly #budget: MemoryBudget;
  readonly #item: string;
  readonly #before = process.memoryUsage.rss();
  readonly #recordBefore = recordRss();
  #timer: NodeJS.Timeout | undefined;
  #seen = this.#before;
  #reported = false;

  constructor(item: string, thread: Watched, budget: MemoryBudget) {
    this.#item = item;
    this.#thread = thread;
    this.#budget = budget;
    this.#lookLater(this.#before);
  }

  get use(): MemoryUse {
    const { baseline, meter } = this.#thread;
    const peak = this.#peak;
    // As long as the first stage is at work, all that was added is its own.
    const firstStage = meter.firstStage ?? peak - this.#before;
    return { baseline, before: this.#before, peak, firstStage };
  }

  /** What came and went between two looks is known only where it was the process's record. */
  get #peak(): number {
    const record = recordRss();
    return record > this.#recordBefore ? Math.max(record, this.#seen) : this.#seen;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #look(): void {
    const rss = process.memoryUsage.rss();
    if (rss > this.#seen) this.#seen = rss;
    if (rss > this.#budget.report && !this.#reported) void this.#report(rss);
    if (rss > this.#budget.limit) this.onOver();
    else this.#lookLater(rss);
  }

  #lookLater(rss: number): void {
    const ms = (this.#budget.limit - rss) / BYTES_PER_MS / 2;
    this.#timer = setTimeout(() => this.#look(), Math.min(Math.max(ms, LOOK_MS.least), LOOK_MS.most));
  }

  async #report(rss: number): Promise<void> {
    this.#reported = true;
    const { worker, meter } = this.#thread;
    // Answered even while the thread spins; not when it is ended meanwhile.
    const heap = await worker.getHeapStatistics().catch(() => undefined);
    const holders = {
      rss,
      heap: heap?.total_heap_size ?? 0,
      external: heap?.external_memory ?? 0,
      wasm: meter.wasm,
    };
    logHolders(this.#item, holders, this.use);
  }
}

/** The most that the process has held so far, in bytes, as the kernel counts. */
function recordRss(): number {
  return process.resourceUsage().maxRSS * 1024;
}
