import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Counter } from './counts.ts';

/** Larger than anything a JSON service takes (SQS: 1 MiB a batch). S3 bodies are streamed and never collected. */
const JSON_BODY_BYTES = 4 * 1024 * 1024;

export interface Call {
  readonly service: string;
  readonly operation: string;
  /** The access key's owner: a function's name, or the command line. */
  readonly caller: string;
}

export interface Backend {
  /** The operation's name, told without reading the body. */
  operation(request: IncomingMessage): string;
  handle(request: IncomingMessage, response: ServerResponse, call: Call): Promise<void> | void;
}

/** Stands before every service: hands the request on, or answers it and hands on nothing. */
export type Gate = (
  request: IncomingMessage,
  response: ServerResponse,
  call: Call,
) => Promise<IncomingMessage | undefined>;

export interface Gateway {
  readonly endpoint: string;
  /** Takes a service's requests, by the name in the signature (`s3`, `sqs`, `dynamodb` …). */
  serve(service: string, backend: Backend): void;
  /** Adds a gate, which every counted call passes after those that were added before. */
  guard(gate: Gate): void;
  stop(): Promise<void>;
}

/**
 * One HTTP server on 127.0.0.1 in front of all services. The SDK's signature says which service and who is calling; the
 * signature itself is not checked. Calls of `uncounted` callers are left out of the counts and pass no gate.
 */
export async function startGateway(
  counter: Counter,
  uncounted: ReadonlySet<string>,
  port = 0,
): Promise<Gateway> {
  const backends = new Map<string, Backend>();
  const gates: Gate[] = [];
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => fail(response, error));
  });
  server.keepAliveTimeout = 60_000;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { caller, service } = parseCredential(request);
    const backend = backends.get(service);
    if (!backend)
      return respond(response, 400, {
        __type: 'UnknownService',
        message: `no local ${service || 'service'}`,
      });
    const call = { service, caller, operation: backend.operation(request) };
    if (uncounted.has(caller)) return await backend.handle(request, response, call);
    counter.add(service, call.operation);
    const passed = await pass(request, response, call);
    if (passed) await backend.handle(passed, response, call);
  }

  async function pass(
    request: IncomingMessage,
    response: ServerResponse,
    call: Call,
  ): Promise<IncomingMessage | undefined> {
    let passed: IncomingMessage | undefined = request;
    for (const gate of gates) passed = passed && (await gate(passed, response, call));
    return passed;
  }

  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve: (service, backend) => void backends.set(service, backend),
    guard: (gate) => void gates.push(gate),
    async stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** `AWS4-HMAC-SHA256 Credential=<access key>/<date>/<region>/<service>/aws4_request, …` */
function parseCredential(request: IncomingMessage): { caller: string; service: string } {
  const match = /Credential=([^/]*)\/[^/]*\/[^/]*\/([^/]*)\//.exec(request.headers.authorization ?? '');
  return { caller: match?.[1] ?? '', service: match?.[2] ?? '' };
}

function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.destroy();
  const message = error instanceof Error ? error.message : String(error);
  respond(response, 500, { __type: 'InternalFailure', message });
}

/** `DynamoDB_20120810.GetItem` → `GetItem`. */
export function targetOf(request: IncomingMessage): string {
  return String(request.headers['x-amz-target'] ?? '').split('.')[1] ?? 'Unknown';
}

/** Collects the body of a JSON request. */
export async function readBody(request: IncomingMessage, limitBytes = JSON_BODY_BYTES): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > limitBytes) throw new Error(`expected a body of at most ${limitBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

export function respond(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
}
