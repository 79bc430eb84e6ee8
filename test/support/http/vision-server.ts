/** Servers on loopback that speak the vision models' protocols over real sockets, with faults on demand. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** How one call is answered; `page` counts from 0 in the order of arrival. */
export type Reply = (call: VisionCall) => VisionReply | Promise<VisionReply>;

interface VisionCall {
  readonly index: number;
  readonly body: string;
  readonly key: string | undefined;
  readonly url: string;
}

export interface VisionReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** In pieces, it may take its time. */
  readonly body: string | AsyncIterable<string>;
}

export interface VisionServer extends AsyncDisposable {
  readonly origin: string;
  readonly host: string;
  readonly calls: readonly VisionCall[];
  /** The most calls that were open at once. */
  readonly mostAtOnce: () => number;
}

/** Chat completions over HTTP/1.1; the last of `replies` holds for all calls after it. */
export async function startChatServer(...replies: readonly Reply[]): Promise<VisionServer> {
  const desk = newDesk(replies);
  const server = createServer((request, response) => void desk.serve(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return desk.open(server.address() as AddressInfo, async () => {
    server.closeAllConnections();
    await once(server.close(), 'close');
  });
}

/** Bedrock's Converse over HTTP/2, as the SDK speaks it. */
export async function startConverseServer(...replies: readonly Reply[]): Promise<VisionServer> {
  const desk = newDesk(replies);
  const server = createHttp2Server((request, response) => {
    void desk.serve(request as unknown as IncomingMessage, response as unknown as ServerResponse);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return desk.open(server.address() as AddressInfo, async () => {
    const closed = once(server, 'close');
    server.close();
    await closed;
  });
}

function newDesk(replies: readonly Reply[]) {
  const calls: VisionCall[] = [];
  let open = 0;
  let most = 0;
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    open += 1;
    most = Math.max(most, open);
    const body = Buffer.concat(await Array.fromAsync(request)).toString();
    const { url = '', headers } = request;
    const call = { index: calls.length, body, key: headers.authorization, url };
    calls.push(call);
    const reply = replies[Math.min(calls.length, replies.length) - 1];
    const answer = (await reply?.(call)) ?? { status: 500, body: '' };
    open -= 1;
    response.writeHead(answer.status ?? 200, answer.headers);
    // A client that has gone has heard enough.
    await pipeline(
      Readable.from(typeof answer.body === 'string' ? [answer.body] : answer.body),
      response,
    ).catch(() => undefined);
  };
  const openAt = ({ port }: AddressInfo, close: () => Promise<void>): VisionServer => ({
    origin: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    calls,
    mostAtOnce: () => most,
    [Symbol.asyncDispose]: close,
  });
  return { serve, open: openAt };
}

export interface ChatAnswer {
  readonly content?: string | null;
  readonly refusal?: string;
  readonly finish?: string;
}

/** A chat completion of 1,000 tokens in and 200 out. */
export function chat({
  content = null,
  refusal,
  finish = 'stop',
}: ChatAnswer): VisionReply & { body: string } {
  return {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      id: 'chatcmpl-1',
      object: 'chat.completion',
      choices: [{ index: 0, finish_reason: finish, message: { role: 'assistant', content, refusal } }],
      usage: { prompt_tokens: 1000, completion_tokens: 200, total_tokens: 1200 },
    }),
  };
}

/** A Converse reply of 1,000 tokens in and 200 out. */
export function converse(text: string, stopReason = 'end_turn'): VisionReply & { body: string } {
  return {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      output: { message: { role: 'assistant', content: [{ text }] } },
      stopReason,
      usage: { inputTokens: 1000, outputTokens: 200, totalTokens: 1200 },
      metrics: { latencyMs: 5 },
    }),
  };
}

export async function later(ms: number, reply: VisionReply): Promise<VisionReply> {
  await sleep(ms);
  return reply;
}
