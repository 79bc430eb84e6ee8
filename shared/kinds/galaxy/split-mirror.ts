import { createHash } from 'node:crypto';
import { dirname } from 'node:path/posix';
import { SmallbatchError } from '../../errors.ts';
import type { Item, SplitContext } from '../../kind.ts';
import type { Requirement } from './requirements-entry.ts';
import { Resolver } from './resolve.ts';
import type { GalaxyServer } from './resolve-collection.ts';
import type { GalaxyData, GalaxyOptions, ServerRecord } from './schema.ts';
import { parseRecord, serverItem, toSameItem } from './split-items.ts';
import type { Previous } from './split-previous.ts';

type Context = SplitContext<GalaxyOptions>;
type GalaxyItem = Item<GalaxyData>;

/**
 * The items of a mirror: what the requirements choose, and what stays from the last run. The servers' `previous` is what
 * `context.previous` gives, in short; that is read once more for what stays.
 */
export async function* mirrorFrom(
  servers: readonly GalaxyServer[],
  requirements: readonly Requirement[],
  context: Context,
): AsyncGenerator<GalaxyItem> {
  const { options } = context;
  // asked before all else: what changes from here on is seen by the next run
  const records = await Promise.all(servers.map((each) => toServerRecord(each, requirements, context)));
  const isSame = servers.every(({ previous }, n) => isUnchanged(records[n], previous));
  const kept = new Set<string>();
  const named = new Set<string>();
  if (!isSame) {
    const resolver = new Resolver({ servers, options, collectionsMax: context.collectionsMax });
    for await (const resolved of resolver.resolve(requirements)) {
      if (resolved.type === 'same') kept.add(resolved.id);
      else {
        named.add(resolved.item.id);
        yield resolved.item;
      }
    }
    for (const item of records.map(serverItem)) {
      named.add(item.id);
      yield item;
    }
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

async function toServerRecord(
  { url, upstream }: GalaxyServer,
  requirements: readonly Requirement[],
  { options, source }: Context,
): Promise<ServerRecord> {
  const published = await upstream.published();
  const { latest, dependencies, mirror, prereleases, excludes } = options;
  const ranges = requirements
    .map(({ namespace, name, range, server }) => `${namespace}.${name} ${range.text} ${server}`)
    .sort();
  const facts = JSON.stringify([ranges, latest ?? 0, dependencies, mirror, prereleases, excludes]);
  const selection = createHash('sha256').update(facts).digest('hex').slice(0, 16);
  return { type: 'server', server: url, published, selection, folder: toFolder(source.key) };
}

/** Where the results bucket has what a source makes: its folder; of a file straight below its kind, its name. */
function toFolder(key: string): string {
  const folder = dirname(key);
  return folder.includes('/') ? folder : key.replace(/\.[^.]*$/, '');
}

/** Nothing was changed at the server since a run that asked for the same, and got all of it. */
function isUnchanged(server: ServerRecord | undefined, { server: last, failures }: Previous): boolean {
  return (
    failures === 0 &&
    server?.published !== undefined &&
    last?.published === server.published &&
    last.selection === server.selection &&
    last.folder === server.folder
  );
}

/** The last run's items, failures included, so that the index alone is written anew. */
export async function* reindex({ previous, source }: Context): AsyncGenerator<GalaxyItem> {
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
