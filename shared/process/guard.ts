import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type Failure, newFailure } from '../errors.ts';
import { kindNamed } from '../kinds/index.ts';
import { failed, toResult } from '../run/results.ts';
import { hideSecret } from '../safe-text/secrets.ts';
import type { ItemOutcome, Job } from './item.ts';
import {
  isGrown,
  type MemoryBudget,
  type MemoryUse,
  toBudget,
  toMb,
  toOutOfMemory,
} from './memory/budget.ts';
import { keepHeapsSmall } from './memory/heap-flags.ts';
import { MemoryMeter } from './memory/meter.ts';
import { MemoryWatch, type Watched } from './memory/watch.ts';

export interface WorkerStart {
  readonly meterBuffer: SharedArrayBuffer;
  readonly modules: ReadonlyMap<number, WebAssembly.Module>;
}
export interface ToWorker {
  readonly job: Job;
  readonly timeoutMs: number;
}
export type FromWorker =
  | { readonly type: 'ready' }
  /** What this thread must leave out of what it stores, too. */
  | { readonly type: 'secret'; readonly secret: string }
  | { readonly type: 'compiled'; readonly bytes: number; readonly module: WebAssembly.Module }
  | { readonly type: 'outcome'; readonly outcome: ItemOutcome };

/** Beside this module, in the bundle as in the sources. */
const ITEM_WORKER = new URL(
  import.meta.url.endsWith('.ts') ? './item-worker.ts' : './item-worker.js',
  import.meta.url,
);

/**
 * Runs items one at a time in a worker thread of bounded memory and time. The heap limit alone would not do: Buffers and
 * WASM memory ignore it, so the main thread watches the process's RSS, and ends the thread when it passes the budget.
 * Ending the thread is also the only thing that gives WASM memory back, so a thread that grew is renewed between items.
 */
export class Guard {
  readonly #budget: MemoryBudget;
  readonly #modules = new Map<number, WebAssembly.Module>();
  #thread: Watched | undefined;

  /** `memoryMb` is the function's own size; nothing that is processed can change it. */
  constructor(memoryMb: number) {
    this.#budget = toBudget(memoryMb);
    keepHeapsSmall(memoryMb);
  }

  /**
   * Runs one item. Whatever it does, the promise resolves: with its own outcome, or with a failure `OUT_OF_MEMORY`,
   * `TIMED_OUT` or `CRASHED`.
   */
  async run(job: Job, timeoutMs: number): Promise<ItemOutcome> {
    const thread = await this.#ready();
    const started = performance.now();
    const watch = new MemoryWatch(job.item.id, thread, this.#budget);
    try {
      const outcome = await this.#outcome(thread, { job, timeoutMs }, watch);
      return this.#withMemory(outcome, watch.use);
    } catch (error) {
      this.#drop();
      await thread.worker.terminate();
      const failure = toEnding(error, watch.use, job, { budget: this.#budget, timeoutMs });
      return this.#withMemory(
        { type: 'result', result: toResult(kindNamed(job.kind), job.item, failed(failure), started) },
        watch.use,
      );
    } finally {
      watch.stop();
      await this.#renewIfGrown();
    }
  }

  /** Ends the thread. */
  async stop(): Promise<void> {
    const thread = this.#drop();
    await thread?.worker.terminate();
  }

  async #ready(): Promise<Watched> {
    this.#thread ??= await this.#start();
    return this.#thread;
  }

  async #start(): Promise<Watched> {
    const meter = new MemoryMeter();
    const workerData: WorkerStart = { meterBuffer: meter.buffer, modules: this.#modules };
    const worker = new Worker(ITEM_WORKER, {
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: toMb(this.#budget.limit) },
    });
    worker.on('message', (message: FromWorker) => {
      if (message.type === 'compiled') this.#modules.set(message.bytes, message.module);
      if (message.type === 'secret') hideSecret(message.secret);
    });
    // An idle thread does not keep the process alive; how a busy one ends is told by `#outcome`.
    worker.on('error', () => this.#drop(worker));
    await once(worker, 'message');
    return { worker, meter, baseline: process.memoryUsage.rss() };
  }

  #outcome({ worker }: Watched, message: ToWorker, watch: MemoryWatch): Promise<ItemOutcome> {
    const { promise, resolve, reject } = Promise.withResolvers<ItemOutcome>();
    const onMessage = (reply: FromWorker) => void (reply.type === 'outcome' && resolve(reply.outcome));
    const onExit = (code: number) => reject(new Exited(code));
    const timer = setTimeout(() => reject(new TimedOut()), message.timeoutMs);
    worker.on('message', onMessage).on('error', reject).on('exit', onExit);
    watch.onOver = () => reject(new OverBudget());
    worker.postMessage(message);
    return promise.finally(() => {
      clearTimeout(timer);
      worker.off('message', onMessage).off('error', reject).off('exit', onExit);
    });
  }

  #withMemory(outcome: ItemOutcome, { peak }: MemoryUse): ItemOutcome {
    if (outcome.type === 'expand') return outcome;
    const memory = { sizeMb: toMb(this.#budget.size), peakMb: toMb(peak) };
    return { type: 'result', result: { ...outcome.result, memory } };
  }

  /** Forgets the thread (only if it is `worker`, where one is given). */
  #drop(worker?: Worker): Watched | undefined {
    const thread = this.#thread;
    if (worker === undefined || thread?.worker === worker) this.#thread = undefined;
    return thread;
  }

  async #renewIfGrown(): Promise<void> {
    const thread = this.#thread;
    if (thread && isGrown(process.memoryUsage.rss(), thread.baseline, this.#budget)) await this.stop();
  }
}

class TimedOut extends Error {}
class OverBudget extends Error {}
class Exited extends Error {
  constructor(code: number) {
    super(`the thread exited with code ${code}`);
  }
}

function toEnding(
  error: unknown,
  use: MemoryUse,
  { item }: Job,
  limits: { budget: MemoryBudget; timeoutMs: number },
): Failure {
  if (error instanceof TimedOut) {
    const seconds = (limits.timeoutMs / 1000).toFixed(1);
    return newFailure('TIMED_OUT', `expected the item to end within ${seconds} s; its thread was ended`);
  }
  if (error instanceof OverBudget || isHeapLimit(error)) {
    return newFailure('OUT_OF_MEMORY', toOutOfMemory(use, item.bytes, limits.budget));
  }
  const message = error instanceof Error ? error.message : String(error);
  return newFailure('CRASHED', `the item ended its thread: ${message}`);
}

const isHeapLimit = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
