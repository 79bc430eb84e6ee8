import { SmallbatchError } from '../errors.ts';
import { assertReachable } from './address.ts';
import type { Network } from './network.ts';
import { firstOf, type HttpReply, toBody, toConnectionError, toPlace, toStatusError } from './reply.ts';

/** One request, as it is made at one place; a redirect makes it again at the next. */
export interface Hop {
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Object stores and mirrors redirect once or twice. */
const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** Of a reply that is not used, so much is read to keep its connection, in bytes. */
const DRAINED_BYTES = 16_384;
/** Meant for the one origin that they were made for. */
const SECRET_HEADERS = new Set(['authorization', 'cookie', 'proxy-authorization', 'x-api-key']);

/** Follows redirects, each one judged anew. @throws SmallbatchError for everything but 2xx */
export async function requestWithRedirects(first: Hop, network: Network): Promise<HttpReply> {
  let hop = first;
  for (let followed = 0; followed <= MAX_REDIRECTS; followed++) {
    const reply = await requestOnce(hop, network);
    if (!REDIRECTS.has(reply.status)) return await toReply(reply, hop.url);
    await reply.drain();
    hop = toNextHop(hop, firstOf(reply.headers.location));
  }
  throw new SmallbatchError('UPSTREAM_FAILED', `${toPlace(first.url)}: more than ${MAX_REDIRECTS} redirects`);
}

async function requestOnce(hop: Hop, { allowedHosts, limits, route }: Network) {
  assertReachable(hop.url, allowedHosts);
  const { dispatcher, authorization, pace } = route(hop.url);
  await pace(hop.signal);
  try {
    const { statusCode, headers, body } = await dispatcher.request({
      origin: hop.url.origin,
      path: hop.url.pathname + hop.url.search,
      method: hop.method,
      headers: { 'user-agent': 'smallbatch', ...(authorization ? { authorization } : {}), ...hop.headers },
      body: hop.body,
      signal: hop.signal,
      headersTimeout: limits.headersMs,
      bodyTimeout: limits.silenceMs,
    });
    const drain = () => body.dump({ limit: DRAINED_BYTES, signal: hop.signal }).catch(() => undefined);
    return { status: statusCode, headers, body, drain };
  } catch (error) {
    throw toConnectionError(error, hop.url);
  }
}

async function toReply(reply: Awaited<ReturnType<typeof requestOnce>>, url: URL): Promise<HttpReply> {
  const { status, headers, body } = reply;
  if (status >= 200 && status < 300) return { status, headers, url: url.href, body: toBody(body, url) };
  await reply.drain();
  throw toStatusError(status, headers, url);
}

function toNextHop(hop: Hop, location: string | undefined): Hop {
  const url = location === undefined ? null : URL.parse(location, hop.url.href);
  if (!url)
    throw new SmallbatchError(
      'UPSTREAM_INVALID',
      `${toPlace(hop.url)}: expected a redirect with a location, found none that is a URL`,
    );
  // its body may hold a secret, and was meant for this place
  if (hop.method === 'POST')
    throw new SmallbatchError('UPSTREAM_FAILED', `${toPlace(hop.url)}: a POST is not redirected`);
  return url.origin === hop.url.origin ? { ...hop, url } : { ...hop, url, headers: publicOnes(hop.headers) };
}

const publicOnes = (headers: Hop['headers']): Hop['headers'] =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !SECRET_HEADERS.has(name.toLowerCase())));
