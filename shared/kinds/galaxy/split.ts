import { createHash } from 'node:crypto';
import { basename, dirname } from 'node:path/posix';
import { SmallbatchError } from '../../errors.ts';
import { openHttp } from '../../http/http.ts';
import type { Item, SplitContext, SplitEntry } from '../../kind.ts';
import { parseRequirements } from './requirements.ts';
import type { Requirement } from './requirements-entry.ts';
import { FILE_BYTES } from './requirements-file.ts';
import { Resolver } from './resolve.ts';
import type { GalaxyData, GalaxyOptions, ServerRecord } from './schema.ts';
import { parseRecord, serverItem, toSameItem } from './split-items.ts';
import { Previous } from './split-previous.ts';
import { openUpstream, type Upstream } from './upstream.ts';

type Context = SplitContext<GalaxyOptions>;
type GalaxyItem = Item<GalaxyData>;

/**
 * Everything that a requirements file stands for: one item per collection version, one per collection, one for the server, and
 * a failed one per requirement that can't be met. What the last published run has is not asked for again, as far as the
 * server's dates say that it is unchanged.
 *
 * The specification has one item per requirement that expands; here split resolves all of it, since only one place can see to it
 * that a version which several requirements (or dependencies) choose comes once.
 * @throws SmallbatchError REQUIREMENTS_INVALID, and what the server as a whole fails with
 */
export async function* split(context: Context): AsyncGenerator<SplitEntry<GalaxyData>> {
  const requirements = await readRequirements(context);
  const items = context.options.reindex ? reindex(context) : mirror(requirements, context);
  for await (const item of items) yield { item };
}

async function readRequirements({ source, options }: Context): Promise<Requirement[]> {
  // one byte more than it may have, so that the reader can say that it has too many
  const end = Math.min(source.size, FILE_BYTES + 1);
  const bytes = end === 0 ? new Uint8Array() : await source.read(0, end);
  return parseRequirements(bytes, { file: basename(source.key), server: options.server });
}

/** The last run's items, failures included, so that the index alone is written anew. */
async function* reindex({ previous, source }: Context): AsyncGenerator<GalaxyItem> {
  let count = 0;
  for await (const result of previous()) {
    const record = parseRecord(result);
    if (record) yield toSameItem(result, record);
    count++;
  }
  if (count > 0) return;
  const message = `expected a mirror in ${dirname(source.key)} to write the index of, found none`;
  throw new SmallbatchError('SOURCE_MISSING', message);
}

async function* mirror(requirements: readonly Requirement[], context: Context): AsyncGenerator<GalaxyItem> {
  const { options, allowedHosts } = context;
  const previous = await Previous.read(context.previous(), options.server);
  const token = options.token === undefined ? undefined : await context.secret(options.token);
  const http = openHttp({ allowedHosts });
  try {
    const upstream = openUpstream({ server: options.server, http, token, authUrl: options.authUrl });
    yield* mirrorFrom(upstream, requirements, previous, context);
  } finally {
    await http.close();
  }
}

/** The work of `mirror` with a server of the caller's. */
export async function* mirrorFrom(
  upstream: Upstream,
  requirements: readonly Requirement[],
  previous: Previous,
  context: Context,
): AsyncGenerator<GalaxyItem> {
  const { options } = context;
  // asked before all else: what changes from here on is seen by the next run
  const server = toServerRecord(requirements, context, await upstream.published());
  const isSame = isUnchanged(server, previous);
  const kept = new Set<string>();
  const named = new Set<string>();
  if (!isSame) {
    const resolver = new Resolver({ upstream, previous, options });
    for await (const resolved of resolver.resolve(requirements)) {
      if (resolved.type === 'same') kept.add(resolved.id);
      else {
        named.add(resolved.item.id);
        yield resolved.item;
      }
    }
    yield serverItem(server);
    named.add('server');
  }
  const stays = (id: string, type: string): boolean =>
    isSame || (!named.has(id) && (kept.has(id) || (!options.mirror && type === 'version')));
  yield* again(context, stays);
}

/** Items of the last run as they were. A failed one is no item of this run unless it was chosen again. */
async function* again(
  { previous }: Context,
  stays: (id: string, type: string) => boolean,
): AsyncGenerator<GalaxyItem> {
  for await (const result of previous()) {
    if (result.status === 'failed') continue;
    const record = parseRecord(result);
    if (record && stays(result.id, record.type)) yield toSameItem(result, record);
  }
}

function toServerRecord(
  requirements: readonly Requirement[],
  { options, source }: Context,
  published: string | undefined,
): ServerRecord {
  const { server, latest, dependencies, mirror, prereleases } = options;
  const ranges = requirements
    .map(({ namespace, name, range }) => `${namespace}.${name} ${range.text}`)
    .sort();
  const facts = JSON.stringify([ranges, latest ?? 0, dependencies, mirror, prereleases]);
  const selection = createHash('sha256').update(facts).digest('hex').slice(0, 16);
  return { type: 'server', server, published, selection, folder: dirname(source.key) };
}

/** Nothing was changed at the server since a run that asked for the same, and got all of it. */
function isUnchanged(server: ServerRecord, { server: last, failures }: Previous): boolean {
  return (
    failures === 0 &&
    server.published !== undefined &&
    last?.published === server.published &&
    last.selection === server.selection &&
    last.folder === server.folder
  );
}
