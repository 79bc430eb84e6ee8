import { type Http, type HttpOptions, openHttp } from '../../http/http.ts';
import type { ProcessContext } from '../../kind.ts';
import type { GalaxyOptions } from './schema.ts';
import { readToken } from './token.ts';
import { openUpstream, type UpstreamFiles } from './upstream.ts';

interface Opened {
  readonly http: Http;
  readonly upstream: UpstreamFiles;
}

/** Servers that a warm function keeps connections, and a token, for. */
const MAX_OPEN = 4;
/** What an item's 150 s leave beside its download. */
const RETRY_AFTER_MAX_MS = 120_000;
const open = new Map<string, Opened>();

/** The server's client, kept between items and invocations; a run has one server or two. */
export async function upstreamOf(
  server: string,
  context: ProcessContext<GalaxyOptions>,
  limits: Partial<HttpOptions>,
): Promise<UpstreamFiles> {
  const { options, allowedHosts } = context;
  const servers = await context.servers();
  const key = JSON.stringify([
    servers,
    server,
    options.server,
    options.token,
    options.authUrl,
    allowedHosts,
    limits,
  ]);
  const known = open.get(key);
  if (known) return known.upstream;
  const token = isOwn(server, options) ? await readToken(context) : undefined;
  const http = openHttp({ retryAfterMaxMs: RETRY_AFTER_MAX_MS, ...limits, allowedHosts, servers });
  const upstream = openUpstream({ server, http, token, authUrl: options.authUrl });
  open.set(key, { http, upstream });
  await closeOldest();
  return upstream;
}

/** The token is the configured server's; another one, named by an entry, does not get it. */
const isOwn = (server: string, options: GalaxyOptions): boolean => server === options.server;

async function closeOldest(): Promise<void> {
  const [oldest] = open;
  if (open.size <= MAX_OPEN || !oldest) return;
  open.delete(oldest[0]);
  await oldest[1].http.close();
}
