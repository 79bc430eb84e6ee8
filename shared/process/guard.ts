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
import type { FromWorker, Tasks, ToWorker } from './tasks.ts';

export interface WorkerStart {
  readonly meterBuffer: SharedArrayBuffer;
  readonly modules: ReadonlyMap<number, WebAssembly.Module>;
}

/** A thread that worked so much of its time, rather than waited, would do so again. */
const BUSY_SHARE = 0.5;

/** Of one task; `what` names it in the log. */
export interface TaskLimits {
  readonly what: string;
  /** Source bytes that it reads. */
  readonly bytes: number;
  readonly timeoutMs: number;
}

/** The task's thread was ended over it: `OUT_OF_MEMORY`, `TIMED_OUT` or `CRASHED`. */
export class KilledError extends Error {
  readonly failure: Failure;
  readonly use: MemoryUse;

  constructor(failure: Failure, use: MemoryUse) {
    super(`${failure.code}: ${failure.message}`);
    this.failure = failure;
    this.use = use;
  }
}

/** Beside this module, in the bundle as in the sources. */
const ITEM_WORKER = new URL(
  import.meta.url.endsWith('.ts') ? './item-worker.ts' : './item-worker.js',
  import.meta.url,
);

/**
 * Runs tasks (items, splits) one at a time in a worker thread of bounded memory and time. The heap limit alone would not do: Buffers and
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
    const { id, bytes } = job.item;
    const started = performance.now();
    try {
      const { answer, use } = await this.ask('item', { job, timeoutMs }, { what: id, bytes, timeoutMs });
      return this.#withMemory(answer, use);
    } catch (error) {
      if (!(error instanceof KilledError)) throw error;
      const result = toResult(kindNamed(job.kind), job.item, failed(error.failure), started);
      return this.#withMemory({ type: 'result', result }, error.use);
    }
  }

  /** Has the thread do one task. @throws KilledError when that had it ended */
  async ask<T extends keyof Tasks>(
    task: T,
    given: Tasks[T]['given'],
    limits: TaskLimits,
  ): Promise<{ readonly answer: Tasks[T]['answer']; readonly use: MemoryUse }> {
    const thread = await this.#ready();
    const idle = thread.worker.performance.eventLoopUtilization();
    const watch = new MemoryWatch(limits.what, thread, this.#budget);
    try {
      const answer = await this.#answer(thread, { task, given } as ToWorker, limits.timeoutMs, watch);
      return { answer: answer as Tasks[T]['answer'], use: watch.use };
    } catch (error) {
      const { utilization } = thread.worker.performance.eventLoopUtilization(idle);
      this.#drop();
      await thread.worker.terminate();
      const failure = toEnding(error, watch.use, { ...limits, busy: utilization }, this.#budget);
      throw new KilledError(failure, watch.use);
    } finally {
      watch.stop();
      // between the batches of a split its thread stays, or it would begin anew
      if (task === 'item') await this.#renewIfGrown();
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
    // An idle thread does not keep the process alive; how a busy one ends is told by `#answer`.
    worker.on('error', () => this.#drop(worker));
    await once(worker, 'message');
    return { worker, meter, baseline: process.memoryUsage.rss() };
  }

  #answer({ worker }: Watched, message: ToWorker, timeoutMs: number, watch: MemoryWatch): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const onMessage = (reply: FromWorker) => void (reply.type === 'answer' && resolve(reply.answer));
    const onExit = (code: number) => reject(new Exited(code));
    const timer = setTimeout(() => reject(new TimedOut()), timeoutMs);
    worker.on('message', onMessage).on('error', reject).on('exit', onExit);
    watch.onOver = () => reject(new OverBudget());
    worker.postMessage(message);
    return promise.finally(() => {
      clearTimeout(timer);
      worker.off('message', onMessage).off('error', reject).off('exit', onExit);
    });
  }

  #withMemory(outcome: ItemOutcome, { peak }: MemoryUse): ItemOutcome {
    if (outcome.type !== 'result') return outcome;
    const memory = { sizeMb: toMb(this.#budget.size), peakMb: toMb(peak) };
    return { ...outcome, result: { ...outcome.result, memory } };
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
  { bytes, timeoutMs, busy }: TaskLimits & { readonly busy: number },
  budget: MemoryBudget,
): Failure {
  if (error instanceof TimedOut) {
    const seconds = (timeoutMs / 1000).toFixed(1);
    const code = busy > BUSY_SHARE ? 'ITEM_TOO_COSTLY' : 'TIMED_OUT';
    const share = `${Math.round(busy * 100)} % of the time at work`;
    return newFailure(code, `expected the item to end within ${seconds} s; its thread was ended, ${share}`);
  }
  if (error instanceof OverBudget || isHeapLimit(error)) {
    return newFailure('OUT_OF_MEMORY', toOutOfMemory(use, bytes, budget));
  }
  const message = error instanceof Error ? error.message : String(error);
  return newFailure('CRASHED', `the item ended its thread: ${message}`);
}

const isHeapLimit = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
