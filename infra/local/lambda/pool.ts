import { LambdaException } from './errors.ts';
import type { Instance } from './instance.ts';
import type { FunctionSpec, InstanceInfo } from './types.ts';

/** Lambda keeps an idle environment for some minutes; a machine's memory is wanted back no later. */
const IDLE_MS = 5 * 60_000;
/** Invocations that may wait for a free place; their payloads are held meanwhile. */
const MAX_WAITING = 1_000;
/** Who waited this long is not overtaken any more by calls of functions that happen to be warm. */
const PATIENCE_MS = 2_000;

interface Waiter {
  readonly spec: FunctionSpec;
  readonly since: number;
  readonly resolve: (instance: Instance) => void;
  readonly reject: (error: Error) => void;
}

/** Warm instances first, new ones while there is room, else the longest idle one of another function makes room. */
export class Pool {
  readonly #start: (spec: FunctionSpec) => Instance;
  readonly #maxInstances: number;
  readonly #accountConcurrency: number;
  readonly #live = new Set<Instance>();
  readonly #ending = new Set<Instance>();
  /** Idle instances with their expiry, the longest idle first. */
  readonly #idle = new Map<Instance, NodeJS.Timeout>();
  readonly #waiting = new Set<Waiter>();
  #isClosed = false;

  constructor(
    start: (spec: FunctionSpec) => Instance,
    maxInstances: number,
    accountConcurrency = Number.POSITIVE_INFINITY,
  ) {
    this.#start = start;
    this.#maxInstances = maxInstances;
    this.#accountConcurrency = accountConcurrency;
  }

  /** An instance for one invocation; give it back with `release`. Throws TooManyRequestsException as Lambda does. */
  async acquire(spec: FunctionSpec): Promise<Instance> {
    if (this.#isClosed) throw closedError();
    if (this.#countAtWork() >= this.#accountConcurrency) throw throttled(spec, "the account's concurrency");
    const atWork = this.#countAtWork(spec);
    if (atWork >= (spec.reservedConcurrency ?? Number.POSITIVE_INFINITY))
      throw throttled(spec, 'reserved concurrency');
    if (this.#waiting.size >= MAX_WAITING) throw throttled(spec, `${MAX_WAITING} waiting invocations`);
    return await new Promise((resolve, reject) => {
      this.#waiting.add({ spec, since: performance.now(), resolve, reject });
      this.#serve();
    });
  }

  release(instance: Instance): void {
    if (instance.isReady) {
      this.#idle.set(instance, setTimeout(() => this.#end(instance), IDLE_MS).unref());
      this.#serve();
    } else this.#end(instance);
  }

  list(): InstanceInfo[] {
    return [...this.#live].map(({ spec, number, process }) => ({
      function: spec.name,
      instance: number,
      pid: process?.pid,
    }));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const waiter of this.#waiting) waiter.reject(closedError());
    this.#waiting.clear();
    for (const instance of this.#live) this.#end(instance);
    await Promise.all([...this.#live].map((instance) => instance.ended));
  }

  #serve(): void {
    for (const waiter of this.#waiting) {
      const instance = this.#takeIdle(waiter.spec) ?? this.#startIfRoom(waiter.spec);
      if (instance) {
        this.#waiting.delete(waiter);
        waiter.resolve(instance);
      } else if (performance.now() - waiter.since > PATIENCE_MS) break;
    }
    const [longestIdle] = this.#idle.keys();
    if (longestIdle && this.#waiting.size > 0 && this.#ending.size === 0) this.#end(longestIdle);
  }

  /** The one that idled least: its caches are the warmest, and the others may expire. */
  #takeIdle(spec: FunctionSpec): Instance | undefined {
    const instance = [...this.#idle.keys()].findLast((one) => one.spec === spec && one.isReady);
    if (instance) this.#forgetIdle(instance);
    return instance;
  }

  #startIfRoom(spec: FunctionSpec): Instance | undefined {
    if (this.#live.size >= this.#maxInstances) return undefined;
    const instance = this.#start(spec);
    this.#live.add(instance);
    void instance.ended.then(() => this.#remove(instance));
    return instance;
  }

  #end(instance: Instance): void {
    this.#forgetIdle(instance);
    this.#ending.add(instance);
    instance.end();
  }

  #remove(instance: Instance): void {
    this.#forgetIdle(instance);
    this.#ending.delete(instance);
    this.#live.delete(instance);
    if (!this.#isClosed) this.#serve();
  }

  #forgetIdle(instance: Instance): void {
    clearTimeout(this.#idle.get(instance));
    this.#idle.delete(instance);
  }

  /** Of one function, or of all. */
  #countAtWork(spec?: FunctionSpec): number {
    const isOf = (one: { readonly spec: FunctionSpec }): boolean => spec === undefined || one.spec === spec;
    const busy = [...this.#live].filter((one) => isOf(one) && !this.#idle.has(one) && !this.#ending.has(one));
    return busy.length + [...this.#waiting].filter(isOf).length;
  }
}

function throttled(spec: FunctionSpec, limit: string): LambdaException {
  return new LambdaException('TooManyRequestsException', `${spec.name}: Rate Exceeded (${limit})`);
}

function closedError(): LambdaException {
  return new LambdaException('ServiceException', 'The local Lambda service has been stopped.');
}
