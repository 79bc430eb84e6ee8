import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { toIssues } from '../../shared/safe-text/issues.ts';
import type { Counter } from './counts.ts';
import { LambdaException } from './lambda/errors.ts';
import type { InvokeResult, LambdaService } from './lambda/service.ts';
import type { Sqs } from './services/sqs.ts';
import { LOCAL_ACCOUNT, LOCAL_REGION, type Resource } from './template.ts';

/** How long a poller waits for a message: Lambda's own. */
const WAIT_SECONDS = 20;
/** A killed or timed out function's message comes back after this; on AWS it stays hidden for its visibility timeout. */
const KILLED_RETRY_SECONDS = 1;
/** A poller that was throttled waits before it takes the next message. */
const THROTTLED_PAUSE_MS = 1000;

const properties = z.object({
  BatchSize: z.number(),
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  ScalingConfig: z.object({ MaximumConcurrency: z.number() }).optional(),
});

const received = z.object({
  Messages: z
    .array(
      z.object({
        MessageId: z.string(),
        ReceiptHandle: z.string(),
        Body: z.string(),
        Attributes: z.record(z.string(), z.string()).default({}),
      }),
    )
    .default([]),
});
type Message = z.infer<typeof received>['Messages'][number];

const response = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).default([]),
});

export interface MappingOptions {
  readonly sqs: Sqs;
  readonly lambda: LambdaService;
  readonly counter: Counter;
  readonly endpoint: string;
  /** Bounds every mapping's MaximumConcurrency, so that a small machine is not asked for more than it has. */
  readonly concurrency: number;
  log(line: string): void;
}

/** One event source mapping: as many pollers as the template's MaximumConcurrency (and this machine) allow. */
export class Mapping {
  readonly #mapping: z.infer<typeof properties>;
  readonly #options: MappingOptions;
  readonly #queue: string;
  #stopped = false;

  constructor(resource: Resource, options: MappingOptions) {
    this.#mapping = properties.parse(resource.properties);
    this.#options = options;
    this.#queue = this.#mapping.EventSourceArn.split(':').at(-1) ?? '';
  }

  start(): void {
    const limit = this.#mapping.ScalingConfig?.MaximumConcurrency ?? this.#options.concurrency;
    for (let poller = 0; poller < Math.min(limit, this.#options.concurrency); poller++) void this.#poll();
  }

  /** Takes no more messages. What is in work is not waited for: the stack ends its functions next. */
  stop(): void {
    this.#stopped = true;
  }

  async #poll(): Promise<void> {
    while (!this.#stopped) {
      try {
        const messages = await this.#receive();
        if (messages.length > 0 && !this.#stopped) await this.#deliver(messages);
      } catch (error) {
        if (this.#stopped) return;
        this.#options.log(`event source mapping of ${this.#queue}: ${error}`);
      }
    }
  }

  async #receive(): Promise<Message[]> {
    const { Messages } = received.parse(
      await this.#call('ReceiveMessage', {
        MaxNumberOfMessages: this.#mapping.BatchSize,
        WaitTimeSeconds: WAIT_SECONDS,
        MessageSystemAttributeNames: ['All'],
        AttributeNames: ['All'],
      }),
    );
    return Messages;
  }

  async #deliver(messages: readonly Message[]): Promise<void> {
    const result = await this.#invoke(messages);
    if (result === 'throttled') {
      for (const message of messages) await this.#hideBriefly(message);
      return await delay(THROTTLED_PAUSE_MS);
    }
    const failed = this.#failedIds(result, messages);
    for (const message of messages) {
      if (!failed.has(message.MessageId))
        await this.#call('DeleteMessage', { ReceiptHandle: message.ReceiptHandle });
      else if (result.status !== 'ok') await this.#hideBriefly(message);
    }
  }

  /** A function that failed as a whole, or answered with something else, failed every message; else it says which. */
  #failedIds(result: InvokeResult, messages: readonly Message[]): ReadonlySet<string> {
    const everything = new Set(messages.map((message) => message.MessageId));
    if (result.status !== 'ok') return everything;
    const { data, error } = response.safeParse(result.payload ?? {});
    if (!error) return new Set(data.batchItemFailures.map((failure) => failure.itemIdentifier));
    this.#options.log(`${this.#mapping.FunctionName}: expected batchItemFailures, found ${toIssues(error)}`);
    return everything;
  }

  /** A throttled poller has its messages all the same: the delivery counts, and they come again later. */
  async #invoke(messages: readonly Message[]): Promise<InvokeResult | 'throttled'> {
    const Records = messages.map((message) => this.#toRecord(message));
    try {
      return await this.#options.lambda.invoke(this.#mapping.FunctionName, { Records });
    } catch (error) {
      if (error instanceof LambdaException && error.name === 'TooManyRequestsException') return 'throttled';
      throw error;
    }
  }

  async #hideBriefly({ ReceiptHandle }: Message): Promise<void> {
    await this.#call('ChangeMessageVisibility', { ReceiptHandle, VisibilityTimeout: KILLED_RETRY_SECONDS });
  }

  #toRecord({ MessageId, ReceiptHandle, Body, Attributes }: Message): object {
    return {
      messageId: MessageId,
      receiptHandle: ReceiptHandle,
      body: Body,
      attributes: Attributes,
      messageAttributes: {},
      eventSource: 'aws:sqs',
      eventSourceARN: this.#mapping.EventSourceArn,
      awsRegion: LOCAL_REGION,
    };
  }

  async #call(operation: string, input: object): Promise<unknown> {
    this.#options.counter.add('sqs', operation);
    const QueueUrl = `${this.#options.endpoint}/${LOCAL_ACCOUNT}/${this.#queue}`;
    const reply = await this.#options.sqs.call(operation, JSON.stringify({ QueueUrl, ...input }));
    if (reply.status !== 200) throw new Error(`${operation}: ${reply.body}`);
    return reply.body === '' ? {} : JSON.parse(reply.body);
  }
}
