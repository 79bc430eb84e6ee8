import type { Worker } from 'node:worker_threads';
import { logHolders, type MemoryBudget, type MemoryUse } from './memory-budget.ts';
import type { MemoryMeter } from './memory-meter.ts';

/** Reading the RSS takes 6 µs; in this time a thread can touch about 15 MB. */
const WATCH_MS = 4;

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
  readonly #timer: NodeJS.Timeout;
  #peak = this.#before;
  #reported = false;

  constructor(item: string, thread: Watched, budget: MemoryBudget) {
    this.#item = item;
    this.#thread = thread;
    this.#budget = budget;
    this.#timer = setInterval(() => this.#look(), WATCH_MS);
  }

  get use(): MemoryUse {
    const { baseline, meter } = this.#thread;
    // As long as the first stage is at work, all that was added is its own.
    const firstStage = meter.firstStage ?? this.#peak - this.#before;
    return { baseline, before: this.#before, peak: this.#peak, firstStage };
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const rss = process.memoryUsage.rss();
    if (rss > this.#peak) this.#peak = rss;
    if (rss > this.#budget.report && !this.#reported) void this.#report(rss);
    if (rss > this.#budget.limit) this.onOver();
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
