import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';

export interface TestServer extends AsyncDisposable {
  /** `http://127.0.0.1:port`, and `127.0.0.1:port`. */
  readonly origin: string;
  readonly host: string;
  readonly requests: readonly SeenRequest[];
}

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Answer = (reply: ServerResponse, seen: SeenRequest) => void;

/** A real server on 127.0.0.1 that answers its requests in turn, the last answer for all that follow. */
export async function startHttpServer(...answers: readonly Answer[]): Promise<TestServer> {
  const requests: SeenRequest[] = [];
  return await listen(async (request, reply) => {
    const { method = '', url = '', headers } = request;
    const seen = { method, url, headers, body: Buffer.concat(await Array.fromAsync(request)).toString() };
    requests.push(seen);
    answers[Math.min(requests.length, answers.length) - 1]?.(reply, seen);
  }, requests);
}

async function listen(
  answer: (...of: Parameters<RequestListener>) => Promise<void>,
  requests: readonly SeenRequest[],
): Promise<TestServer> {
  const server = createServer((request, reply) => void answer(request, reply));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('expected a port');
  const host = `127.0.0.1:${address.port}`;
  return {
    origin: `http://${host}`,
    host,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

export const ok =
  (body: string, headers: Record<string, string> = {}): Answer =>
  (reply) =>
    reply.writeHead(200, headers).end(body);

export const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (reply) =>
    reply.writeHead(code, headers).end('the server is sorry');

export const redirect = (location: string, code = 302): Answer => status(code, { location });

export const reset: Answer = (reply) => reply.socket?.resetAndDestroy();

export const hang: Answer = () => undefined;

/** Half of the promised body, then the end of the connection. */
export const truncated =
  (body: string): Answer =>
  (reply) => {
    reply.writeHead(200, { 'content-length': body.length }).write(body.slice(0, body.length / 2), () => {
      reply.socket?.destroy();
    });
  };

/** The beginning of a body, then silence. */
export const stalled: Answer = (reply) => void reply.writeHead(200, { 'content-length': 100 }).write('begun');
