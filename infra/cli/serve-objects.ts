import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Segment, Span } from '../local/s3/blobs.ts';
import { isNotModified } from '../local/s3/conditions.ts';
import { sendError, sendHead } from '../local/s3/exchange.ts';
import { parseRange } from '../local/s3/range.ts';
import { S3Error } from '../local/s3/s3-error.ts';
import { type Snapshot, type StoredObject, takeSnapshot } from './serve-snapshot.ts';

/** How old what is served may be while a run goes on. */
const FRESH_MS = 1000;

/**
 * Answers GET and HEAD as S3 does: a path is a key as it stands, whole or below `prefix`; a query is not read; what is not there is
 * 404. No key is ever a path of the file system, so none leads out of the store.
 */
export class ObjectServer {
  readonly #folder: string;
  readonly #prefix: string;
  #snapshot: Snapshot | undefined;
  #state = '';
  #renewal: Promise<void> = Promise.resolve();
  #checkedAt = Number.NEGATIVE_INFINITY;

  constructor(stateDir: string, prefix: string) {
    this.#folder = join(stateDir, 's3');
    this.#prefix = prefix;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      if (request.method !== 'GET' && request.method !== 'HEAD')
        throw new S3Error('MethodNotAllowed', { headers: { allow: 'GET, HEAD' } });
      await this.#answer(this.#toKey(request.url ?? '/'), request, response);
    } catch (error) {
      sendError({ request, response, tally: { bytesIn: 0, bytesOut: 0 } }, error);
    }
  }

  /** Is the object there now? */
  async has(path: string): Promise<boolean> {
    return (await this.#fresh())?.find(this.#toKey(path)) !== undefined;
  }

  async close(): Promise<void> {
    await this.#renewal.catch(() => undefined);
    await this.#snapshot?.close();
  }

  #toKey(url: string): string {
    // S3 reads a plus in a path as a space, and %2B as a plus
    const path = url.replace(/\?.*$/s, '').replace(/^\//, '').replaceAll('+', ' ');
    let key: string;
    try {
      key = decodeURIComponent(path);
    } catch (error) {
      throw new S3Error('InvalidURI', { message: `${url} is no URL: ${error}` });
    }
    return key === this.#prefix || key.startsWith(`${this.#prefix}/`) ? key : `${this.#prefix}/${key}`;
  }

  async #answer(key: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#send(await this.#find(key), request, response);
    } catch (error) {
      if (!isMissing(error) || response.headersSent) throw error;
      // it was overwritten since the snapshot was taken
      this.#checkedAt = Number.NEGATIVE_INFINITY;
      await this.#send(await this.#find(key), request, response);
    }
  }

  async #find(key: string): Promise<StoredObject> {
    const found = (await this.#fresh())?.find(key);
    if (found) return found;
    throw new S3Error('NoSuchKey', { details: { Key: key } });
  }

  /** A new snapshot when the store has changed; one is taken at a time, and all who ask meanwhile wait for it. */
  async #fresh(): Promise<Snapshot | undefined> {
    if (performance.now() - this.#checkedAt > FRESH_MS) {
      this.#checkedAt = performance.now();
      this.#renewal = this.#renew();
    }
    await this.#renewal;
    return this.#snapshot;
  }

  async #renew(): Promise<void> {
    const state = await readState(this.#folder);
    if (this.#snapshot && state === this.#state) return;
    const old = this.#snapshot;
    this.#snapshot = await takeSnapshot(this.#folder, 'results');
    this.#state = state;
    await old?.close();
  }

  async #send(
    { version, segments }: StoredObject,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { size, etag, modified } = version;
    const common = { etag: `"${etag}"`, 'last-modified': new Date(modified).toUTCString() };
    if (isNotModified(request.headers, version)) {
      sendHead({ response }, 304, common);
      response.end();
      return;
    }
    const range = parseRange(request.headers.range, size);
    const span = range ?? { start: 0, end: size };
    const chunks = request.method === 'HEAD' ? toNothing() : this.#read(segments, span);
    // read before the head goes out: what can't be read can still be another answer
    const first = await chunks.next();
    sendHead({ response }, range ? 206 : 200, {
      ...common,
      ...version.headers,
      ...(range ? { 'content-range': `bytes ${span.start}-${span.end - 1}/${size}` } : {}),
      'accept-ranges': 'bytes',
      'content-length': span.end - span.start,
    });
    await pipeline(continued(first, chunks), response);
  }

  async *#read(segments: readonly Segment[], { start, end }: Span): AsyncGenerator<Buffer> {
    let offset = 0;
    for (const { blob, size } of segments) {
      const from = Math.max(start - offset, 0);
      const to = Math.min(end - offset, size);
      const file = join(this.#folder, 'blobs', blob.slice(0, 2), blob);
      if (from < to) yield* createReadStream(file, { start: from, end: to - 1 });
      offset += size;
    }
  }
}

/** Other whenever something was written. */
async function readState(folder: string): Promise<string> {
  const files = ['index.sqlite', 'index.sqlite-wal'].map((name) =>
    stat(join(folder, name)).catch(() => undefined),
  );
  return (await Promise.all(files)).map((file) => `${file?.size} ${file?.mtimeMs}`).join();
}

async function* toNothing(): AsyncGenerator<Buffer> {
  // a HEAD has no body
}

async function* continued(
  first: IteratorResult<Buffer>,
  rest: AsyncGenerator<Buffer>,
): AsyncGenerator<Buffer> {
  if (first.done) return;
  yield first.value;
  yield* rest;
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';
