import type { IncomingMessage, ServerResponse } from 'node:http';
import type { S3Event } from './announcer.ts';
import { type Exchange, type Operation, sendEmpty, sendError } from './exchange.ts';
import { operationOf, parseTarget } from './operation.ts';
import { completeMultipartUpload } from './operations/complete-upload.ts';
import { copyObject } from './operations/copy-object.ts';
import { deleteObject, deleteObjects } from './operations/delete-object.ts';
import { getObject, headObject } from './operations/get-object.ts';
import { listObjectsV2 } from './operations/list-objects.ts';
import { listObjectVersions } from './operations/list-versions.ts';
import {
  abortMultipartUpload,
  createMultipartUpload,
  uploadPart,
  uploadPartCopy,
} from './operations/multipart.ts';
import { putObject } from './operations/put-object.ts';
import { S3Error } from './s3-error.ts';
import { openStore, type Store } from './store.ts';
import { isVersioned } from './version.ts';

export type { S3Event } from './announcer.ts';
export { operationOf } from './operation.ts';

export interface S3Options {
  /** Holds the whole state; it survives `kill -9` at any moment. Made if missing; one process at a time. */
  readonly folder: string;
  /** Called once or more for each created object, in order, when the object is durable; sent again if it fails. */
  onObjectCreated?(event: S3Event): void | Promise<void>;
}

export interface S3Answer {
  /** The SDK's name: `GetObject` … */
  readonly operation: string;
  /** Body bytes, without the framing of aws-chunked. */
  readonly bytesIn: number;
  readonly bytesOut: number;
}

export interface S3Api {
  /** Idempotent; may turn versioning on or off for a bucket that is there. */
  createBucket(name: string, options: { versioned: boolean }): Promise<void>;
  /** Answers one path-style request (`/bucket/key?query`). Never rejects: what fails is answered as S3's error. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<S3Answer>;
  /** Waits for the requests at work, ends the event queue and gives the folder free. */
  close(): Promise<void>;
}

const OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  Object.entries({
    AbortMultipartUpload: abortMultipartUpload,
    CompleteMultipartUpload: completeMultipartUpload,
    CopyObject: copyObject,
    CreateMultipartUpload: createMultipartUpload,
    DeleteObject: deleteObject,
    DeleteObjects: deleteObjects,
    GetObject: getObject,
    HeadBucket: headBucket,
    HeadObject: headObject,
    ListObjectVersions: listObjectVersions,
    ListObjectsV2: listObjectsV2,
    PutObject: putObject,
    UploadPart: uploadPart,
    UploadPartCopy: uploadPartCopy,
  }),
);

/** A small S3 on a folder. Throws SmallbatchError STATE_LOCKED. */
export async function createS3({ folder, onObjectCreated }: S3Options): Promise<S3Api> {
  const store = await openStore(folder, async (event) => onObjectCreated?.(event));
  const active = new Set<Promise<S3Answer>>();
  return {
    async createBucket(name, { versioned }) {
      const sql =
        'INSERT INTO buckets (name, versioned) VALUES (?, ?) ON CONFLICT DO UPDATE SET versioned = excluded.versioned';
      store.catalog.run(sql, name, versioned ? 1 : 0);
    },
    async handle(request, response) {
      const answer = handle(store, request, response);
      active.add(answer);
      return await answer.finally(() => active.delete(answer));
    },
    async close() {
      await Promise.all(active);
      await store.announcer.stop();
      store.catalog.close();
    },
  };
}

async function handle(store: Store, request: IncomingMessage, response: ServerResponse): Promise<S3Answer> {
  const { method = '', url = '', headers } = request;
  const operation = operationOf(method, url, headers);
  const tally = { bytesIn: 0, bytesOut: 0 };
  try {
    const run = OPERATIONS.get(operation);
    if (!run)
      throw new S3Error('NotImplemented', { message: `${operation} (${method}) is not implemented.` });
    await run({ store, target: parseTarget(url), headers, request, response, tally });
  } catch (error) {
    sendError({ request, response, tally }, error);
  }
  // A body that nobody wanted is read off, so that the client gets its answer and the connection stays usable.
  request.resume();
  return { operation, ...tally };
}

async function headBucket(exchange: Exchange): Promise<void> {
  isVersioned(exchange.store.catalog, exchange.target.bucket);
  sendEmpty(exchange, 200);
}
