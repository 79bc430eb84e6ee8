import type { SqsReply } from '../services/sqs.ts';
import { byChance } from './chance.ts';
import type { MessageFaults } from './rules.ts';

/** One request of the SQS JSON protocol. */
export type Send = (operation: string, body: string) => Promise<SqsReply>;

/** A late delivery comes after work that did not wait for it has ended. */
const LATE_MS = 4000;
const DELAY_SECONDS = 2;
/** Where dropped messages go: the sender has an honest answer, and nobody reads them. */
const DROPPED_QUEUE = 'dropped';

interface Options {
  readonly seed: number;
  readonly messages: MessageFaults;
  count(fault: string): void;
}

interface Entry {
  DelaySeconds?: number;
}

/** Has messages that are sent by `send` come late, twice or never: a queue promises at least once, in no order. */
export function withMessageFaults(send: Send, { seed, messages, count }: Options): Send {
  const isLate = byChance(messages.late, seed + 1);
  const isDropped = byChance(messages.drop, seed + 2);
  const isDelayed = byChance(messages.delay, seed + 3);
  let dropped: Promise<unknown> | undefined;
  return async (operation, body) => {
    if (!operation.startsWith('SendMessage')) return await send(operation, body);
    if (isDropped()) {
      count('message dropped');
      dropped ??= send('CreateQueue', JSON.stringify({ QueueName: DROPPED_QUEUE }));
      await dropped;
      return await send(operation, toDropped(body));
    }
    if (isLate()) {
      count('message late and doubled');
      setTimeout(() => void send(operation, body).catch(() => undefined), LATE_MS).unref();
    }
    if (!isDelayed()) return await send(operation, body);
    count('message delayed');
    return await send(operation, toDelayed(body));
  };
}

function toDropped(body: string): string {
  const request = JSON.parse(body) as { QueueUrl: string };
  return JSON.stringify({ ...request, QueueUrl: request.QueueUrl.replace(/[^/]*$/, DROPPED_QUEUE) });
}

function toDelayed(body: string): string {
  const request = JSON.parse(body) as Entry & { Entries?: Entry[] };
  const delayed = (entry: Entry): Entry => ({ ...entry, DelaySeconds: DELAY_SECONDS });
  return JSON.stringify(
    request.Entries ? { ...request, Entries: request.Entries.map(delayed) } : delayed(request),
  );
}
