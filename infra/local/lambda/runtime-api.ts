import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { LambdaException } from './errors.ts';

/** Lambda's documented limit of a buffered response: 6 MiB and room for the framing. */
export const MAX_RESPONSE_BYTES = 6_291_556;

/** What an instance is told to do; the headers of `GET /runtime/invocation/next`. */
export interface Invocation {
  readonly requestId: string;
  readonly deadlineMs: number;
  readonly functionArn: string;
  readonly traceId: string;
  readonly payload: string;
}

/** An instance's held `next` request. */
export type Poll = (invocation: Invocation) => void;

/** The service's side of one instance. `body` is undefined when it was over the limit. */
export interface RuntimeClient {
  next(poll: Poll): void;
  reply(requestId: string, type: 'response' | 'error', body: string | undefined): void;
  initError(body: string | undefined): void;
}

export interface RuntimeApi {
  /** `127.0.0.1:<port>`; an instance's AWS_LAMBDA_RUNTIME_API is this, a slash and its token. */
  readonly address: string;
  register(token: string, client: RuntimeClient): void;
  unregister(token: string): void;
  close(): Promise<void>;
}

const ROUTE =
  /^\/(?<token>\w+)\/2018-06-01\/runtime\/(?:(?<next>invocation\/next)|(?<init>init\/error)|invocation\/(?<id>[\w-]+)\/(?<type>response|error))$/;

/** The Lambda Runtime API for all instances on one port; the token in the path says which one calls, and nobody can guess it. */
export async function startRuntimeApi(): Promise<RuntimeApi> {
  const clients = new Map<string, RuntimeClient>();
  const server = createServer((request, response) => {
    route(clients, request, response).catch((error: unknown) => response.destroy(toError(error)));
  });
  // An instance idles for minutes between two requests on its one connection.
  server.keepAliveTimeout = 0;
  const port = await listen(server);
  return {
    address: `127.0.0.1:${port}`,
    register: (token, client) => clients.set(token, client),
    unregister: (token) => clients.delete(token),
    close: () => close(server),
  };
}

async function route(
  clients: Map<string, RuntimeClient>,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const { token = '', next, init, id = '', type } = ROUTE.exec(request.url ?? '')?.groups ?? {};
  const client = clients.get(token);
  if (!client) return answer(response, 403, 'unknown instance or path');
  if (next) return client.next((invocation) => send(response, invocation));
  const body = await readBody(request);
  if (init) client.initError(body);
  else client.reply(id, type === 'error' ? 'error' : 'response', body);
  return answer(response, body === undefined ? 413 : 202, 'OK');
}

function send(response: ServerResponse, invocation: Invocation): void {
  response.writeHead(200, {
    'Content-Type': 'application/json',
    'Lambda-Runtime-Aws-Request-Id': invocation.requestId,
    'Lambda-Runtime-Deadline-Ms': invocation.deadlineMs,
    'Lambda-Runtime-Invoked-Function-Arn': invocation.functionArn,
    'Lambda-Runtime-Trace-Id': invocation.traceId,
  });
  response.end(invocation.payload);
}

/** Reads to the end (a client waits for its whole body to be taken) but keeps no more than the limit. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= MAX_RESPONSE_BYTES) chunks.push(chunk);
  }
  return bytes <= MAX_RESPONSE_BYTES ? Buffer.concat(chunks).toString() : undefined;
}

function answer(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ status: message }));
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address && typeof address === 'object') resolve(address.port);
      else reject(new LambdaException('ServiceException', `Runtime API: expected a port, found ${address}`));
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
