import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { SmallbatchError } from '../errors.ts';
import { parseJsonLines } from '../json/lines.ts';
import type { ListedObject, SourceObject } from '../kind.ts';
import { bodyWithoutSecrets } from '../safe-text/hide.ts';
import { DATA_PIECE_CHARS, withoutSecrets } from '../safe-text/secrets.ts';
import type { SourceRef } from './object-ref.ts';

/** S3's own smallest part; an upload holds at most two of them. */
const PART_BYTES = 5 * 1024 * 1024;
const PARTS_AT_ONCE = 2;
/** DeleteObjects takes this many keys. */
const DELETE_KEYS = 1000;

export type Body = Uint8Array | string | AsyncIterable<Uint8Array>;

let shared: S3Client | undefined;
const client = (): S3Client => {
  shared ??= new S3Client({ maxAttempts: 5, forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined });
  return shared;
};

export interface ObjectHead {
  readonly size: number;
  readonly versionId: string | undefined;
  readonly lastModified: Date;
  /** What the uploader said about it (`x-amz-meta-…`). */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Size, version and time of one object (its newest version unless one is given); undefined when there is none. */
export async function findObject(
  bucket: string,
  key: string,
  versionId?: string,
): Promise<ObjectHead | undefined> {
  const head = await client()
    .send(new HeadObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }))
    .catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
  if (!head) return undefined;
  return {
    size: head.ContentLength ?? 0,
    versionId: head.VersionId,
    lastModified: head.LastModified ?? new Date(0),
    metadata: head.Metadata ?? {},
  };
}

const isMissing = (error: unknown): boolean =>
  error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404;

/** A source over one version of one S3 object; every read is one bounded range request. */
export function objectSource(ref: SourceRef): SourceObject {
  return {
    key: ref.key,
    size: ref.size,
    reference: { bucket: ref.bucket, key: ref.key, versionId: ref.versionId },
    async read(start, end) {
      if (start === end) return new Uint8Array();
      const { Body: body } = await client().send(
        new GetObjectCommand({
          Bucket: ref.bucket,
          Key: ref.key,
          VersionId: ref.versionId,
          Range: `bytes=${start}-${end - 1}`,
        }),
      );
      const bytes = await body?.transformToByteArray();
      if (bytes?.length !== end - start) {
        throw new SmallbatchError(
          'SOURCE_MISSING',
          `expected ${end - start} bytes at ${start} of ${ref.key}, found ${bytes?.length}`,
        );
      }
      return bytes;
    },
  };
}

/**
 * Stores an object whole or not at all. A body of unknown length is sent in parts of 5 MiB. Returns its size in bytes.
 * `cacheControl` is what readers' caches are told; a copy of the object keeps it.
 */
export async function putObject(
  bucket: string,
  key: string,
  body: Body,
  contentType: string,
  cacheControl?: string,
): Promise<number> {
  const target = { Bucket: bucket, Key: key, ContentType: contentType, CacheControl: cacheControl };
  const clean = bodyWithoutSecrets(body, contentType);
  if (typeof clean === 'string' || clean instanceof Uint8Array) {
    const bytes = typeof clean === 'string' ? Buffer.from(clean) : clean;
    await client().send(new PutObjectCommand({ ...target, Body: bytes }));
    return bytes.length;
  }
  const counter = { bytes: 0 };
  await new Upload({
    client: client(),
    partSize: PART_BYTES,
    queueSize: PARTS_AT_ONCE,
    params: { ...target, Body: Readable.from(counted(clean, counter), { objectMode: false }) },
  }).done();
  return counter.bytes;
}

/** Stores an object only if there is none under the key; false when there is one already (which stays as it is). */
export async function putObjectOnce(
  bucket: string,
  key: string,
  body: string,
  contentType: string,
): Promise<boolean> {
  try {
    await client().send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: withoutSecrets(body, DATA_PIECE_CHARS),
        ContentType: contentType,
        IfNoneMatch: '*',
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 412) return false;
    throw error;
  }
}

/** Streams an object's bytes; undefined when there is no such object. */
export async function getObject(bucket: string, key: string): Promise<Readable | undefined> {
  try {
    const { Body: body } = await client().send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return body as Readable | undefined;
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}

/** Streams the lines of a JSONL object, parsed; undefined when there is no such object. */
export async function getJsonLines(bucket: string, key: string): Promise<AsyncIterable<unknown> | undefined> {
  const body = await getObject(bucket, key);
  return body && parseJsonLines(body);
}

/** Every object below a prefix, in the order of its key. */
export async function* listObjects(
  bucket: string,
  prefix: string,
  after?: string,
): AsyncIterable<ListedObject> {
  let token: string | undefined;
  do {
    const input = { Bucket: bucket, Prefix: prefix, StartAfter: after, ContinuationToken: token };
    const page = await client().send(new ListObjectsV2Command(input));
    for (const { Key, LastModified, Size = 0, ETag = '' } of page.Contents ?? []) {
      if (Key === undefined) continue;
      yield {
        key: Key,
        size: Size,
        lastModified: LastModified ?? new Date(0),
        etag: ETag.replaceAll('"', ''),
      };
    }
    token = page.NextContinuationToken;
  } while (token !== undefined);
}

/** Copies within the bucket, on the server. */
export async function copyObject(bucket: string, from: string, to: string): Promise<void> {
  const source = `${bucket}/${from}`.split('/').map(encodeURIComponent).join('/');
  await client().send(new CopyObjectCommand({ Bucket: bucket, Key: to, CopySource: source }));
}

export async function deleteObjects(bucket: string, keys: readonly string[]): Promise<void> {
  for (let start = 0; start < keys.length; start += DELETE_KEYS) {
    const Objects = keys.slice(start, start + DELETE_KEYS).map((Key) => ({ Key }));
    const { Errors = [] } = await client().send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
    );
    if (Errors.length > 0)
      throw new Error(`S3 did not delete ${Errors.length} objects: ${Errors[0]?.Key} ${Errors[0]?.Code}`);
  }
}

async function* counted(
  body: AsyncIterable<Uint8Array>,
  counter: { bytes: number },
): AsyncIterable<Uint8Array> {
  for await (const chunk of body) {
    counter.bytes += chunk.length;
    yield chunk;
  }
}
