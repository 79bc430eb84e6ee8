import { basename } from 'node:path/posix';
import { SmallbatchError } from '../../errors.ts';
import { type Http, openHttp } from '../../http/http.ts';
import type { Item, SplitContext, SplitEntry } from '../../kind.ts';
import { parseRequirements, type Requirements } from './requirements.ts';
import type { Requirement } from './requirements-entry.ts';
import { FILE_BYTES } from './requirements-file.ts';
import type { GalaxyServer } from './resolve-collection.ts';
import type { GalaxyData, GalaxyOptions } from './schema.ts';
import { mirrorFrom, reindex } from './split-mirror.ts';
import { Previous } from './split-previous.ts';
import { readToken } from './token.ts';
import { openUpstream } from './upstream.ts';

type Context = SplitContext<GalaxyOptions>;
type GalaxyItem = Item<GalaxyData>;

/** Each costs one reading of the last manifest; an organisation has two or three. */
const SERVERS_MAX = 10;
/** A server that limits its rate may ask for minutes; split has fifteen. */
const RETRY_AFTER_MAX_MS = 6 * 60_000;

/**
 * Everything that a requirements file stands for: one item per collection version, one per collection, one for the server, and
 * a failed one per requirement that can't be met. What the last published run has is not asked for again, as far as the
 * server's dates say that it is unchanged.
 *
 * The specification has one item per requirement that expands; here split resolves all of it, since only one place can see to it
 * that a version which several requirements (or dependencies) choose comes once.
 * There is no cursor, either: a split that hands itself on asks anew and skips what it has planned (13 minutes are 30,000 details of 150 ms).
 * @throws SmallbatchError REQUIREMENTS_INVALID, and what the server as a whole fails with
 */
export async function* split(context: Context): AsyncGenerator<SplitEntry<GalaxyData>> {
  const { collections } = await readRequirements(context);
  const items = context.options.reindex ? reindex(context) : mirror(collections, context);
  for await (const item of items) yield { item };
}

async function readRequirements({ source, options }: Context): Promise<Requirements> {
  // one byte more than it may have, so that the reader can say that it has too many
  const end = Math.min(source.size, FILE_BYTES + 1);
  const bytes = end === 0 ? new Uint8Array() : await source.read(0, end);
  return parseRequirements(bytes, { file: basename(source.key), ...options });
}

async function* mirror(requirements: readonly Requirement[], context: Context): AsyncGenerator<GalaxyItem> {
  const { allowedHosts } = context;
  const servers = await context.servers();
  const http = openHttp({ allowedHosts, servers, retryAfterMaxMs: RETRY_AFTER_MAX_MS });
  try {
    const opened: GalaxyServer[] = [];
    for (const url of serversOf(requirements, context.options.server))
      opened.push(await openServer(url, http, context));
    yield* mirrorFrom(opened, requirements, context);
  } finally {
    await http.close();
  }
}

/** The run's own comes first, if anything is to come from it. */
function serversOf(requirements: readonly Requirement[], own: string): readonly string[] {
  const named = new Set(requirements.map(({ server }) => server));
  const servers = named.delete(own) || named.size === 0 ? [own, ...named] : [...named];
  if (servers.length <= SERVERS_MAX) return servers;
  const message = `expected at most ${SERVERS_MAX} servers, found ${servers.length}`;
  throw new SmallbatchError('REQUIREMENTS_INVALID', message);
}

async function openServer(url: string, http: Http, context: Context): Promise<GalaxyServer> {
  const { server, authUrl } = context.options;
  // the token is for the configured server; one that an entry names does not get it
  const own = url === server ? { token: await readToken(context), authUrl } : {};
  const previous = await Previous.read(context.previous(), url);
  return { url, upstream: openUpstream({ server: url, http, ...own }), previous };
}
