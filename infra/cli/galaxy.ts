import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { SmallbatchError } from '../../shared/errors.ts';
import { kindNamed } from '../../shared/kinds/index.ts';
import { OPTIONS_METADATA } from '../../shared/run/message.ts';
import { toIssues } from '../../shared/safe-text/issues.ts';
import { runSource } from './run.ts';
import { type StoredObject, takeSnapshot } from './serve-snapshot.ts';
import { parseSettings } from './settings.ts';
import { UsageError } from './usage.ts';

const KIND = 'galaxy';

export const GALAXY_HELP = `Usage: smallbatch galaxy reindex <name> --base-url URL [options]

Writes the index of a mirror anew, for readers who find it at another address: every document that has an address in it. Nothing
is asked of the upstream, and no tarball is read or written. <name> is the mirror's: what lies below galaxy/<name>/.

Options:
  --base-url URL       where readers find the mirror's folder, e.g. https://mirror.example.org/galaxy/my-mirror/
  --out DIR            where the results go (default: out)
  --state DIR          the state folder of the runs (default: .smallbatch)
  --verbose            print the functions' logs to stderr
  --json               the last line of stdout is the report as one JSON object`;

const settings = z.object({
  'base-url': z.url(),
  out: z.string().optional(),
  state: z.string().default('.smallbatch'),
  verbose: z.boolean().default(false),
  json: z.boolean().default(false),
});

const metadata = z.record(z.string(), z.unknown());

/** `smallbatch galaxy reindex`: returns the exit code. */
export async function galaxy(argv: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      'base-url': { type: 'string' },
      out: { type: 'string' },
      state: { type: 'string' },
      verbose: { type: 'boolean' },
      json: { type: 'boolean' },
    },
  });
  const [command, name, ...others] = positionals;
  if (command !== 'reindex' || name === undefined || others.length > 0)
    throw new UsageError(`expected reindex and the mirror's name, found "${positionals.join(' ')}"`);
  const parsed = settings.safeParse(values);
  if (!parsed.success) throw new UsageError(toIssues(parsed.error));
  return await reindex(name, { ...parsed.data, state: resolve(parsed.data.state) });
}

/** A run of the mirror's newest source with the options that it was started with, but for the two that matter here. */
async function reindex(
  name: string,
  { state, 'base-url': baseUrl, ...chosen }: z.infer<typeof settings>,
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'smallbatch-galaxy-'));
  try {
    const { key, path, options } = await fetchNewest(`${KIND}/${name}/`, state, folder);
    const { baseUrl: _, 'base-url': __, ...rest } = options;
    const given = { ...rest, reindex: 'true', 'base-url': baseUrl };
    const { settings: defaults } = parseSettings([]);
    const source = { path, key, kind: kindNamed(KIND) };
    return await runSource(source, given, { ...defaults, ...chosen, out: chosen.out ?? defaults.out, state });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Fetched {
  readonly key: string;
  readonly path: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Copies the newest source below a prefix of the inbox to a file. @throws SmallbatchError SOURCE_MISSING */
async function fetchNewest(prefix: string, state: string, folder: string): Promise<Fetched> {
  const store = join(state, 's3');
  const snapshot = await takeSnapshot(store, 'inbox');
  try {
    const found = snapshot?.newest(prefix);
    if (!found)
      throw new SmallbatchError('SOURCE_MISSING', `expected a source in ${prefix} of ${state}, found none`);
    const { key, headers } = found.version;
    const path = join(folder, basename(key));
    await mkdir(folder, { recursive: true });
    await copyTo(path, store, found);
    const options = JSON.parse(headers[`x-amz-meta-${OPTIONS_METADATA}`] ?? '{}');
    return { key, path, options: metadata.parse(options) };
  } finally {
    await snapshot?.close();
  }
}

async function copyTo(path: string, store: string, { segments }: StoredObject): Promise<void> {
  await pipeline(async function* () {
    for (const { blob } of segments) yield* createReadStream(join(store, 'blobs', blob.slice(0, 2), blob));
  }, createWriteStream(path));
}
