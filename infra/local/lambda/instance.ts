import { randomBytes } from 'node:crypto';
import type { Ending, Served } from './ending.ts';
import { type Exit, type FunctionProcess, launch, type Workshop } from './function-process.ts';
import { toInvocation } from './invocation.ts';
import type { Poll, RuntimeApi, RuntimeClient } from './runtime-api.ts';
import type { FunctionSpec, Log } from './types.ts';

/** Lambda ends an init phase after 10 s and starts it again on the invocation's time; here it simply goes on into that. */
const INIT_LIMIT_MS = 10_000;

interface Task {
  readonly requestId: string;
  readonly payload: string;
  readonly resolve: (served: Served) => void;
  readonly reject: (error: unknown) => void;
  sentAt?: number;
  reply?: Ending;
}

export interface InstanceOptions {
  readonly spec: FunctionSpec;
  readonly number: number;
  readonly api: RuntimeApi;
  readonly workshop: Workshop;
  readonly log: Log;
}

/** One execution environment: a process that serves one invocation at a time, until it ends or is ended. */
export class Instance implements RuntimeClient {
  readonly spec: FunctionSpec;
  readonly number: number;
  /** Resolves when the process is gone and all it held is given back; never rejects. */
  readonly ended: Promise<void>;
  readonly #options: InstanceOptions;
  readonly #startedAt = performance.now();
  #process: FunctionProcess | undefined;
  #poll: Poll | undefined;
  #task: Task | undefined;
  #timer: NodeJS.Timeout | undefined;
  #initMs: number | undefined;
  #initFailure: Ending | undefined;
  #served = 0;
  #isEnding = false;
  #isLate = false;
  #isOver = false;

  constructor(options: InstanceOptions) {
    this.spec = options.spec;
    this.number = options.number;
    this.#options = options;
    this.ended = this.#run();
  }

  /** Waiting for an invocation, at once. */
  get isReady(): boolean {
    return this.#poll !== undefined && !this.#isEnding;
  }

  /** Undefined until the process has been started. */
  get process(): Pick<FunctionProcess, 'pid' | 'scratch'> | undefined {
    return this.#process;
  }

  /** Serves one invocation; a new instance starts with its init phase. Rejects only if no process could be started. */
  invoke(requestId: string, payload: string): Promise<Served> {
    return new Promise((resolve, reject) => {
      this.#task = { requestId, payload, resolve, reject };
      if (this.#isOver) reject(new Error(`${this.spec.name}: instance ${this.number} has ended already`));
      else if (this.#poll) this.#send(this.#task, this.#poll);
    });
  }

  log(line: string): void {
    this.#options.log(line, { function: this.spec.name, instance: this.number });
  }

  end(): void {
    this.#isEnding = true;
    this.#process?.kill();
  }

  next(poll: Poll): void {
    this.#initMs ??= performance.now() - this.#startedAt;
    clearTimeout(this.#timer);
    this.#poll = poll;
    if (this.#task?.reply) this.#settle(this.#task, this.#task.reply);
    else if (this.#task) this.#send(this.#task, poll);
  }

  reply(requestId: string, type: 'response' | 'error', body: string | undefined): void {
    if (this.#task?.requestId === requestId) this.#task.reply ??= { type, body };
  }

  initError(body: string | undefined): void {
    this.#initFailure = { type: 'error', body };
  }

  async #run(): Promise<void> {
    const { api, workshop, spec, number } = this.#options;
    const token = randomBytes(16).toString('hex');
    api.register(token, this);
    this.#endAfter(INIT_LIMIT_MS + spec.timeoutSeconds * 1000);
    try {
      const runtimeApi = `${api.address}/${token}`;
      await this.#live(
        await launch(workshop, { spec, number, runtimeApi, onLine: (line) => this.log(line) }),
      );
    } catch (error) {
      this.log(`the instance failed: ${error instanceof Error ? error.message : error}`);
      this.#task?.reject(error);
    } finally {
      this.#isOver = true;
      this.#isEnding = true;
      clearTimeout(this.#timer);
      api.unregister(token);
    }
  }

  async #live(process: FunctionProcess): Promise<void> {
    this.#process = process;
    if (this.#isEnding) process.kill();
    const exit = await process.exit;
    this.#isOver = true;
    this.#isEnding = true;
    if (this.#task) this.#settle(this.#task, this.#toEnding(this.#task, exit), exit);
    await process.release();
  }

  #toEnding(task: Task, exit: Exit): Ending {
    return task.reply ?? this.#initFailure ?? (this.#isLate ? { type: 'deadline' } : { type: 'gone', exit });
  }

  #send(task: Task, poll: Poll): void {
    this.#poll = undefined;
    this.log(`START RequestId: ${task.requestId} Version: $LATEST`);
    task.sentAt = performance.now();
    this.#endAfter(this.spec.timeoutSeconds * 1000);
    poll(toInvocation(this.spec, task.requestId, task.payload));
  }

  #settle(task: Task, ending: Ending, exit?: Exit): void {
    const now = performance.now();
    const isCold = this.#served++ === 0;
    this.#task = undefined;
    clearTimeout(this.#timer);
    const served = {
      ending,
      durationMs: task.sentAt === undefined ? 0 : now - task.sentAt,
      initMs: isCold ? (this.#initMs ?? now - this.#startedAt) : 0,
      peakRssMb: exit?.peakRssMb ?? this.#process?.peakRssMb() ?? 0,
    };
    // One turn of the event loop later, what the function printed before its answer has been read from its pipe.
    setImmediate(() => task.resolve(served));
  }

  #endAfter(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#isLate = true;
      this.end();
    }, ms);
  }
}
