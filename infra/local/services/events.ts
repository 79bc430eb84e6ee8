import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { toAsciiJson } from '../../../shared/json/lines.ts';
import type { S3Event } from '../s3/api.ts';
import { LOCAL_ACCOUNT, LOCAL_REGION, type Resource } from '../template.ts';
import type { Sqs } from './sqs.ts';

export interface BusEvent {
  readonly id: string;
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: Readonly<Record<string, unknown>>;
}

const rule = z.object({
  EventPattern: z.record(z.string(), z.unknown()).optional(),
  Targets: z.array(z.object({ Arn: z.string() })).default([]),
});

/** EventBridge's default bus: events go to the SQS targets of every rule whose pattern they match. */
export class EventBus {
  readonly #rules: readonly z.infer<typeof rule>[];
  readonly #sqs: Sqs;
  #held: BusEvent[] | undefined;
  readonly #listeners = new Set<(event: BusEvent) => void>();

  constructor(rules: readonly Resource[], sqs: Sqs) {
    this.#rules = rules.map(({ properties }) => rule.parse(properties));
    this.#sqs = sqs;
  }

  async publish(event: BusEvent): Promise<void> {
    for (const listener of this.#listeners) listener(event);
    if (this.#held) return void this.#held.push(event);
    await this.#route(event);
  }

  /** Sees every event that is published. Returns the function that ends it. */
  listen(listener: (event: BusEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Keeps what is published until `release`, which may put it in another order or repeat it: events are not ordered. */
  hold(): void {
    this.#held = [];
  }

  async release(
    arrange: (events: readonly BusEvent[]) => readonly BusEvent[] = (events) => events,
  ): Promise<void> {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const event of arrange(held)) await this.#route(event);
  }

  async #route(event: BusEvent): Promise<void> {
    for (const { EventPattern, Targets } of this.#rules) {
      if (!EventPattern || !matches(event, EventPattern)) continue;
      for (const { Arn } of Targets) await this.#sqs.send(Arn.split(':').at(-1) ?? '', toAsciiJson(event));
    }
  }
}

/** The event that S3 gives to EventBridge (its key is plain there, not URL-encoded). */
export function toUploadEvent({
  bucket,
  key,
  versionId,
  size,
  etag,
  sequencer,
  time,
}: S3Event): BusEvent & object {
  return {
    version: '0',
    id: randomUUID(),
    source: 'aws.s3',
    'detail-type': 'Object Created',
    account: LOCAL_ACCOUNT,
    region: LOCAL_REGION,
    time,
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: '0',
      bucket: { name: bucket },
      object: { key, size, etag: etag.replaceAll('"', ''), 'version-id': versionId, sequencer },
      reason: 'PutObject',
    },
  } as BusEvent & object;
}

/** Event patterns as far as the template uses them: nested objects, lists of values, `{ prefix }`. */
export function matches(value: unknown, pattern: unknown): boolean {
  if (Array.isArray(pattern)) return pattern.some((option) => matchesOption(value, option));
  if (typeof pattern !== 'object' || pattern === null || typeof value !== 'object' || value === null)
    return false;
  return Object.entries(pattern).every(([key, nested]) =>
    matches((value as Record<string, unknown>)[key], nested),
  );
}

function matchesOption(value: unknown, option: unknown): boolean {
  if (typeof option !== 'object' || option === null) return value === option;
  const { prefix, ...rest } = option as { prefix?: string };
  if (prefix === undefined || Object.keys(rest).length > 0) {
    throw new Error(`the local EventBridge does not know the pattern ${JSON.stringify(option)}`);
  }
  return typeof value === 'string' && value.startsWith(prefix);
}
