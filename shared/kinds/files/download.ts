import { setTimeout as sleep } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { SmallbatchError } from '../../errors.ts';
import { type Http, type HttpReply, TransientError } from '../../http/http.ts';

/** Breaks of one download that are mended by asking for the rest. */
const BREAKS_MAX = 10;
const PAUSE_MS = 300;

export interface Download {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of a part: its bytes, the last one not included. */
  readonly range?: readonly [number, number];
  /** The version that all parts have to be of. */
  readonly etag?: string;
  /** Its checksum is known, so that a mix of two versions would be found out. */
  readonly isChecked: boolean;
  readonly signal: AbortSignal;
}

/**
 * A file's bytes. A connection that breaks is taken up where it broke (`Range`, with `If-Range` so that only the same version goes on); a
 * server without ranges sends all of it again, and what is had already is passed over.
 * @throws SmallbatchError what `Http.send` throws, CHECKSUM_MISMATCH for another version
 */
export async function* download(http: Http, file: Download): AsyncGenerator<Uint8Array> {
  const progress: Progress = { had: 0, etag: file.etag };
  for (let breaks = 0; ; breaks++) {
    try {
      return yield* request(http, file, progress);
    } catch (error) {
      const isMended = progress.had === 0 || progress.etag !== undefined || file.isChecked;
      if (!(error instanceof TransientError) || breaks >= BREAKS_MAX || !isMended) throw error;
      await sleep(PAUSE_MS * (breaks + 1), undefined, { signal: file.signal });
    }
  }
}

interface Progress {
  had: number;
  etag: string | undefined;
}

/** The rest of a file, in one reply. */
async function* request(http: Http, file: Download, progress: Progress): AsyncGenerator<Uint8Array> {
  const [start, end = Number.POSITIVE_INFINITY] = file.range ?? [0];
  const from = start + progress.had;
  const reply = await http.send(file.url, toRequest(file, from, progress.etag));
  const etag = strongEtag(reply);
  if (progress.etag !== undefined && etag !== undefined && etag !== progress.etag) {
    reply.body.destroy();
    throw mismatch(file.url, `the version ${progress.etag}`, etag);
  }
  progress.etag ??= etag;
  const skip = reply.status === 206 ? 0 : from;
  for await (const chunk of cut(decoded(reply, file.url), skip, end - from)) {
    progress.had += chunk.length;
    yield chunk;
  }
}

function toRequest({ headers, signal, range }: Download, from: number, etag: string | undefined) {
  const isPart = from > 0 || range !== undefined;
  return {
    signal,
    headers: {
      ...headers,
      'accept-encoding': 'identity',
      ...(isPart ? { range: `bytes=${from}-${range ? range[1] - 1 : ''}` } : {}),
      ...(isPart && etag !== undefined ? { 'if-range': etag } : {}),
    },
  };
}

/** A weak one does not say that bytes are the same (RFC 9110, 8.8.1). */
function strongEtag({ headers }: Pick<HttpReply, 'headers'>): string | undefined {
  const { etag } = headers;
  return typeof etag === 'string' && etag.startsWith('"') ? etag : undefined;
}

/** A server that packs although nobody asked is unpacked, but for files that are packed themselves: it means those. */
function decoded({ body, headers }: HttpReply, url: string): AsyncIterable<Uint8Array> {
  const isPacked = headers['content-encoding'] === 'gzip' && !/\.(gz|tgz)$/i.test(new URL(url).pathname);
  if (!isPacked) return body;
  const unpacked = createGunzip();
  body.once('error', (error) => unpacked.destroy(error));
  return body.pipe(unpacked);
}

/** Without the first `skip` bytes, and at most `most` after them. */
async function* cut(body: AsyncIterable<Uint8Array>, skip: number, most: number): AsyncGenerator<Uint8Array> {
  let [toSkip, left] = [skip, most];
  for await (const chunk of body) {
    const rest = chunk.subarray(Math.min(toSkip, chunk.length), toSkip + left);
    toSkip -= Math.min(toSkip, chunk.length);
    left -= rest.length;
    if (rest.length > 0) yield rest;
    if (left <= 0) return;
  }
}

/** Does the server send ranges of the file? Its size and version, if so. */
export async function probeRanges(
  http: Http,
  { url, headers, signal }: Download,
): Promise<{ readonly size: number; readonly etag: string | undefined } | undefined> {
  const request = { signal, headers: { ...headers, 'accept-encoding': 'identity', range: 'bytes=0-0' } };
  return await http.read(url, request, async (reply) => {
    const total = /^bytes 0-\d+\/(\d+)$/.exec(String(reply.headers['content-range'] ?? ''))?.[1];
    if (reply.status !== 206 || total === undefined) return undefined;
    return { size: Number(total), etag: strongEtag(reply) };
  });
}

export const mismatch = (name: string, expected: string, found: string): SmallbatchError =>
  new SmallbatchError('CHECKSUM_MISMATCH', `${name}: expected ${expected}, found ${found}`);
