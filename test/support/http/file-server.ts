import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';

/** `<class>/<name>`; what the server does is the class, and the bytes come of the name and the size. */
export interface ServedFile {
  readonly path: string;
  readonly size: number;
}

export interface FileServer extends AsyncDisposable {
  /** `http://127.0.0.1:port/`, and `127.0.0.1:port`. */
  readonly origin: string;
  readonly host: string;
  /** `<path>` or `<path> <range>` → how often it was asked for. */
  readonly asked: ReadonlyMap<string, number>;
  /** Called before each answer; it is waited for. */
  beforeAnswer?: (request: IncomingMessage) => Promise<void>;
}

export function bytesOf({ path, size }: ServedFile): Buffer {
  const seed = createHash('sha256')
    .update(path.slice(path.indexOf('/') + 1))
    .digest();
  return Buffer.alloc(size, seed);
}

export const manifestOf = (files: readonly ServedFile[]): string =>
  files
    .map((file) => `${file.path},${createHash('sha256').update(bytesOf(file)).digest('hex')},${file.size}\n`)
    .join('');

/**
 * A server of files on 127.0.0.1 with faults: `flaky` answers 503 twice, `cut` breaks off half-way once, `norange` knows no ranges,
 * `wrong` has other bytes (`changed` too, by ranges), `gone` has none, `moved` redirects to `ok`, `gzip` packs; `ok` is well.
 */
export async function startFileServer(files: readonly ServedFile[]): Promise<FileServer> {
  const asked = new Map<string, number>();
  const served = new Map(files.map((file) => [file.path, bytesOf(file)]));
  for (const { path, size } of files)
    if (path.startsWith('moved/')) served.set(path.replace('moved', 'ok'), bytesOf({ path, size }));
  const server = createServer((request, response) => void answer(request, response));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decodeURIComponent((request.url ?? '').slice(1));
    const range = request.headers.range?.replace('bytes=', '');
    count(asked, path);
    if (range) count(asked, `${path} ${range}`);
    await handle.beforeAnswer?.(request);
    const bytes = served.get(path);
    const toAnswer = ANSWERS[path.split('/')[0] ?? ''];
    if (bytes && toAnswer) toAnswer({ bytes, path, range, times: asked.get(path) ?? 0, response });
    else response.writeHead(404).end();
  }

  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('expected a port');
  const host = `127.0.0.1:${address.port}`;
  const handle: FileServer = {
    origin: `http://${host}/`,
    host,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
  return handle;
}

const count = (asked: Map<string, number>, name: string): void =>
  void asked.set(name, (asked.get(name) ?? 0) + 1);

interface Asked {
  readonly bytes: Buffer;
  readonly path: string;
  readonly range: string | undefined;
  readonly times: number;
  readonly response: ServerResponse;
}

function whole({ bytes, response }: Asked): void {
  response.writeHead(200, { 'content-length': bytes.length, etag: etagOf(bytes) }).end(bytes);
}

function ranged(asked: Asked): void {
  const { bytes, range, response } = asked;
  const [, first, last] = /^(\d+)-(\d*)$/.exec(range ?? '') ?? [];
  if (first === undefined) {
    whole(asked);
    return;
  }
  const part = bytes.subarray(Number(first), last ? Number(last) + 1 : bytes.length);
  const contentRange = `bytes ${first}-${Number(first) + part.length - 1}/${bytes.length}`;
  const headers = { 'content-length': part.length, 'content-range': contentRange, etag: etagOf(bytes) };
  response.writeHead(206, headers).end(part);
}

const etagOf = (bytes: Buffer): string => `"${createHash('md5').update(bytes).digest('hex')}"`;

const ANSWERS: Readonly<Record<string, (asked: Asked) => void>> = {
  ok: ranged,
  norange: whole,
  flaky(asked) {
    if (asked.times > 2) ranged(asked);
    else asked.response.writeHead(503, { 'retry-after': '1' }).end();
  },
  cut(asked) {
    const { bytes, response, range, times } = asked;
    if (range || times > 1) {
      ranged(asked);
      return;
    }
    response.writeHead(200, { 'content-length': bytes.length, etag: etagOf(bytes) });
    response.write(bytes.subarray(0, bytes.length / 2), () => response.socket?.destroy());
  },
  wrong(asked) {
    whole({ ...asked, bytes: Buffer.from(asked.bytes.map((byte) => byte ^ 255)) });
  },
  changed(asked) {
    ranged({ ...asked, bytes: Buffer.from(asked.bytes.map((byte) => byte ^ 1)) });
  },
  moved({ path, response }) {
    response.writeHead(302, { location: `/${encodeURI(path.replace('moved', 'ok'))}` }).end();
  },
  gzip({ bytes, response }) {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(bytes));
  },
};
