import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as settled } from 'node:timers/promises';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { useQueueClient } from '../../../shared/aws/queue.ts';
import { useTableClient } from '../../../shared/aws/table.ts';
import { seededRandom } from '../zip/mutate.ts';
import { MemoryTable } from './memory-table.ts';

export interface Chances {
  /** In percent: a worker is killed at one of its calls; a message is delivered twice. */
  readonly kill: number;
  readonly duplicate: number;
  readonly workers: number;
}

interface Call {
  /** Does what the service does. */
  readonly apply: () => unknown;
  readonly answer: (reply: Promise<unknown>) => void;
}

const workerOf = new AsyncLocalStorage<number>();

/**
 * A model of crashes around real code: every call to DynamoDB or SQS waits until the model picks it, at random among the
 * workers, and then the worker is killed before it, killed after it, or gets its answer. The message of a killed worker
 * comes back to the queue. One seed is one course of events.
 */
export class CrashModel {
  readonly table = new MemoryTable();
  /** Bodies of the messages that were sent. */
  readonly sent: unknown[] = [];
  readonly #random: (limit: number) => number;
  readonly #chances: Chances;
  /** The call that each worker waits for: one at a time. */
  readonly #calls = new Map<number, Call>();
  readonly #working = new Map<number, number>();
  readonly #queue: number[] = [];
  #workers = 0;

  constructor(seed: number, chances: Chances) {
    this.#random = seededRandom(seed);
    this.#chances = chances;
    const send = (command: unknown): Promise<unknown> => this.#call(command);
    useTableClient({ send: send as never });
    useQueueClient({ send: send as never });
  }

  /** Delivers messages 0 … `count` - 1, each to a worker that runs `handle`, until none is left. */
  async run(count: number, handle: (message: number) => Promise<void>): Promise<void> {
    for (let message = 0; message < count; message++) {
      this.#queue.push(message);
      if (this.#random(100) < this.#chances.duplicate) this.#queue.push(message);
    }
    while (this.#queue.length + this.#working.size > 0) {
      while (this.#queue.length > 0 && this.#working.size < this.#chances.workers) this.#deliver(handle);
      await this.#step();
    }
  }

  #deliver(handle: (message: number) => Promise<void>): void {
    const [message = 0] = this.#queue.splice(this.#random(this.#queue.length), 1);
    const worker = this.#workers++;
    this.#working.set(worker, message);
    void workerOf.run(worker, async () => {
      await handle(message);
      this.#working.delete(worker);
    });
  }

  #call(command: unknown): Promise<unknown> {
    const worker = workerOf.getStore() ?? -1;
    return new Promise((answer) => this.#calls.set(worker, { answer, apply: () => this.#apply(command) }));
  }

  #apply(command: unknown): unknown {
    if (command instanceof UpdateCommand) return this.table.update(command.input);
    if (command instanceof GetCommand) return this.table.get(String(command.input.Key?.pk));
    if (command instanceof SendMessageCommand)
      return this.sent.push(JSON.parse(command.input.MessageBody ?? ''));
    throw new Error(`the crash model does not know the call ${String(command)}`);
  }

  async #step(): Promise<void> {
    const [worker, call] = [...this.#calls][this.#random(this.#calls.size)] ?? [];
    if (worker === undefined || call === undefined) throw new Error('expected a worker with a call');
    this.#calls.delete(worker);
    const dice = this.#random(200);
    if (dice < this.#chances.kill) return this.#kill(worker);
    const reply = new Promise((resolve) => resolve(call.apply()));
    if (dice < 2 * this.#chances.kill) {
      await reply.catch(() => undefined);
      return this.#kill(worker);
    }
    call.answer(reply);
    await settled();
  }

  /** The worker's promise is never settled: nothing of it runs again. */
  #kill(worker: number): void {
    this.#queue.push(this.#working.get(worker) ?? 0);
    this.#working.delete(worker);
  }
}
