import type { Worker } from 'node:worker_threads';
import { logHolders, type MemoryBudget, type MemoryUse } from './memory-budget.ts';
import type { MemoryMeter } from './memory-meter.ts';

/** A thread can touch about 4 MB of new memory in a millisecond. The next look comes when half of the room could be gone. */
const BYTES_PER_MS = 4 * 1024 * 1024;
/** Each look costs about 40 µs with the timer: 4 ms took 2 % of CPU, all the time; 16 ms still see an item's peak. */
const LOOK_MS = { least: 4, most: 16 } as const;

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
  #timer: NodeJS.Timeout | undefined;
  #peak = this.#before;
  #reported = false;

  constructor(item: string, thread: Watched, budget: MemoryBudget) {
    this.#item = item;
    this.#thread = thread;
    this.#budget = budget;
    this.#lookLater(this.#before);
  }

  get use(): MemoryUse {
    const { baseline, meter } = this.#thread;
    // As long as the first stage is at work, all that was added is its own.
    const firstStage = meter.firstStage ?? this.#peak - this.#before;
    return { baseline, before: this.#before, peak: this.#peak, firstStage };
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #look(): void {
    const rss = process.memoryUsage.rss();
    if (rss > this.#peak) this.#peak = rss;
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
