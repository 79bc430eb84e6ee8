import type * as z from 'zod';
import { SmallbatchError } from '../errors.ts';
import type { ServerSettings } from '../server-settings.ts';
import { type Hop, requestWithRedirects } from './hops.ts';
import { readJson } from './json-body.ts';
import { type HopLimits, openNetwork } from './network.ts';
import type { HttpReply } from './reply.ts';
import { type RetryLimits, withRetries } from './transient.ts';

export type { HttpReply } from './reply.ts';
export { TransientError } from './transient.ts';

export interface HttpOptions extends Partial<RetryLimits & HopLimits> {
  /** Hosts (`name`, `name:port`) that requests may go to although their address is not public. */
  readonly allowedHosts: readonly string[];
  /** Servers that are spoken to in a way of their own. */
  readonly servers?: readonly ServerSettings[];
  /** Time for a connection, its TLS included, in ms. */
  readonly connectMs?: number;
}

interface HttpRequest {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Ends everything at once, pauses too; what is thrown is its reason. */
  readonly signal?: AbortSignal;
  /** Time of one attempt in ms, its body included. Without it only silence is bounded. */
  readonly timeoutMs?: number;
}

interface JsonRequest extends HttpRequest {
  readonly maxBytes: number;
  /** No message shows any of the reply. */
  readonly isSecret?: boolean;
}

export interface Http {
  /**
   * One reply, 2xx only. Its body's failures are the caller's; `read` repeats those too. A POST is repeated as a GET is.
   * @throws SmallbatchError UPSTREAM_MISSING, UPSTREAM_REFUSED, UPSTREAM_FAILED, ADDRESS_REFUSED
   */
  send(url: string, request?: HttpRequest): Promise<HttpReply>;
  /** A reply and what is made of it as one attempt: it is repeated when either ends in a TransientError. */
  read<T>(url: string, request: HttpRequest, take: (reply: HttpReply) => Promise<T>): Promise<T>;
  /** A reply's JSON. @throws SmallbatchError UPSTREAM_INVALID when it is none, too large, or of another shape */
  json<T>(url: string, schema: z.ZodType<T>, request: JsonRequest): Promise<T>;
  /** Ends what is still open. */
  close(): Promise<void>;
}

/** Five attempts with these pauses take 4 to 8 s beside the requests: a restart or a short overload is over by then. */
const RETRIES: RetryLimits = { attempts: 5, pauseMs: 500, pauseMaxMs: 15_000, retryAfterMaxMs: 60_000 };
/** Galaxies under load answer after tens of seconds. */
const SILENCE: HopLimits = { headersMs: 60_000, silenceMs: 30_000 };
const CONNECT_MS = 10_000;
/** A JSON document is small; one that drips in for longer is given up. */
const JSON_MS = 120_000;

/** An HTTP client that retries, and that reaches no private address. */
export function openHttp(options: HttpOptions): Http {
  const limits = { ...RETRIES, ...SILENCE, connectMs: CONNECT_MS, ...options };
  const network = openNetwork(options.allowedHosts, options.servers ?? [], limits);

  const repeat = <T>(url: string, request: HttpRequest, take: (reply: HttpReply) => Promise<T>): Promise<T> =>
    withRetries(
      async () => await take(await requestWithRedirects(toHop(url, request), network)),
      limits,
      request.signal,
    );
  const read: Http['read'] = (url, request, take) =>
    repeat(url, request, async (reply) => {
      try {
        return await take(reply);
      } finally {
        reply.body.destroy();
      }
    });
  return {
    send: (url, request = {}) => repeat(url, request, async (reply) => reply),
    read,
    json: (url, schema, request) =>
      read(url, { timeoutMs: JSON_MS, ...request }, (reply) => readJson(reply, schema, request)),
    close: () => network.close(),
  };
}

function toHop(text: string, request: HttpRequest): Hop {
  const url = URL.parse(text);
  if (!url) throw new SmallbatchError('UPSTREAM_INVALID', 'expected an absolute URL, found something else');
  const { method = 'GET', headers = {}, body, timeoutMs } = request;
  const signals = [request.signal, timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs)];
  return {
    url,
    method,
    headers,
    body,
    signal: AbortSignal.any(signals.filter((signal) => signal !== undefined)),
  };
}
