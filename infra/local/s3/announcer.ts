import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { Catalog } from './catalog.ts';

/** Long enough not to keep a core busy when the receiver is down. */
const RETRY_MS = 500;

const s3Event = z.object({
  bucket: z.string(),
  key: z.string(),
  /** `null` in a bucket without versioning. */
  versionId: z.string(),
  size: z.number(),
  /** Without quotes. */
  etag: z.string(),
  /** Hex of one length: of two events of a key the later one has the greater. */
  sequencer: z.string(),
  /** ISO 8601, UTC. */
  time: z.string(),
});

/** An object was created: Put, Copy or CompleteMultipartUpload. */
export type S3Event = Readonly<z.infer<typeof s3Event>>;

export interface Announcer {
  /** Call in the transaction that makes the object: the event is then as durable as the object. */
  enqueue(event: S3Event): void;
  /** Starts sending what is queued; call after the transaction. */
  wake(): void;
  /** Stops after the event that is being sent; the others wait for the next start. */
  stop(): Promise<void>;
}

/**
 * Sends events in their order and takes each off the disk once `send` is done, so that a kill between object and event
 * loses none: at least once, as S3 says it. One that fails is sent again.
 */
export function createAnnouncer(catalog: Catalog, send: (event: S3Event) => void | Promise<void>): Announcer {
  let active = false;
  let stopped = false;
  let drained = Promise.resolve();

  async function sendFirst({ id, event }: QueuedEvent): Promise<void> {
    try {
      await send(event);
      catalog.run('DELETE FROM events WHERE id = ?', id);
    } catch (error) {
      console.error('S3: an event could not be handed on; it is sent again.', error);
      await sleep(RETRY_MS);
    }
  }

  async function drain(): Promise<void> {
    for (let first = firstEvent(catalog); first && !stopped; first = firstEvent(catalog))
      await sendFirst(first);
    active = false;
  }

  return {
    enqueue(event) {
      catalog.run('INSERT INTO events (event) VALUES (?)', JSON.stringify(event));
    },
    wake() {
      if (active) return;
      active = true;
      drained = drain();
    },
    async stop() {
      stopped = true;
      await drained;
    },
  };
}

interface QueuedEvent {
  readonly id: number;
  readonly event: S3Event;
}

function firstEvent(catalog: Catalog): QueuedEvent | undefined {
  const row = catalog.get('SELECT id, event FROM events ORDER BY id LIMIT 1');
  return (
    row && { id: z.number().parse(row.id), event: s3Event.parse(JSON.parse(z.string().parse(row.event))) }
  );
}
