import { basename } from 'node:path/posix';
import { openHttp } from '../../http/http.ts';
import type { Item, SplitContext, SplitEntry } from '../../kind.ts';
import { parseRequirements } from './requirements.ts';
import type { Requirement } from './requirements-entry.ts';
import { FILE_BYTES } from './requirements-file.ts';
import type { GalaxyData, GalaxyOptions } from './schema.ts';
import { mirrorFrom, reindex } from './split-mirror.ts';
import { Previous } from './split-previous.ts';
import { readToken } from './token.ts';
import { openUpstream } from './upstream.ts';

type Context = SplitContext<GalaxyOptions>;
type GalaxyItem = Item<GalaxyData>;

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

async function* mirror(requirements: readonly Requirement[], context: Context): AsyncGenerator<GalaxyItem> {
  const { options, allowedHosts } = context;
  const previous = await Previous.read(context.previous(), options.server);
  const token = await readToken(context);
  const http = openHttp({ allowedHosts });
  try {
    const upstream = openUpstream({ server: options.server, http, token, authUrl: options.authUrl });
    yield* mirrorFrom(upstream, requirements, previous, context);
  } finally {
    await http.close();
  }
}
