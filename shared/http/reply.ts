import { Readable } from 'node:stream';
import { SmallbatchError } from '../errors.ts';
import { TransientError, toWait } from './transient.ts';

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

export interface HttpReply {
  readonly status: number;
  readonly headers: Headers;
  /** Where the reply came from, after redirects. */
  readonly url: string;
  /** To be read or destroyed. Its errors are `TransientError`s. */
  readonly body: Readable;
}

/** Statuses that say "later" rather than "no"; from 520 on they are of proxies (galaxy.ansible.com limits its rate by 520). */
const TRANSIENT_STATUSES = new Set([408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 530]);

/** What a URL may be called in messages: without credentials, query and fragment, where secrets are. */
export function toPlace(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

/** The error of a status that is not 2xx. */
export function toStatusError(status: number, headers: Headers, url: URL): SmallbatchError {
  const message = `${toPlace(url)}: expected status 2xx, found ${status}`;
  if (status === 404) return new SmallbatchError('UPSTREAM_MISSING', message);
  if (status === 401 || status === 403) return new SmallbatchError('UPSTREAM_REFUSED', message);
  if (!TRANSIENT_STATUSES.has(status)) return new SmallbatchError('UPSTREAM_FAILED', message);
  return new TransientError('UPSTREAM_FAILED', message, {
    waitMs: toWait(firstOf(headers['retry-after']), Date.now()),
  });
}

/** The error of a connection that failed; what is ours passes as it is. */
export function toConnectionError(error: unknown, url: URL): unknown {
  if (error instanceof SmallbatchError || !(error instanceof Error)) return error;
  return new TransientError('UPSTREAM_FAILED', `${toPlace(url)}: ${toReason(error)}`, { cause: error });
}

/** The body, with errors that say where it came from. Destroying it, read or not, ends the connection. */
export function toBody(body: Readable, url: URL): Readable {
  const relayed = Readable.from(relay(body, url), { objectMode: false });
  // `relay` passes on what goes wrong; a body that is destroyed before its end has an error, too, that nobody waits for
  body.on('error', () => undefined);
  return relayed.once('close', () => body.destroy());
}

async function* relay(body: Readable, url: URL): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw toConnectionError(error, url);
  }
}

/** Errors of connections say it in their code (`ECONNRESET`, `UND_ERR_HEADERS_TIMEOUT`), and several at once have no message. */
function toReason(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return error.message === '' ? code : `${error.message} (${code})`;
}

export const firstOf = (value: string | string[] | undefined): string | undefined =>
  typeof value === 'object' ? value[0] : value;
