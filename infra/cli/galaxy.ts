import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import * as z from 'zod';
import { defineCommand } from '../../shared/command/define-command.ts';
import { SmallbatchError } from '../../shared/errors.ts';
import { jsonText } from '../../shared/json/json-text.ts';
import { kindNamed } from '../../shared/kinds/index.ts';
import { OPTIONS_METADATA } from '../../shared/run/message.ts';
import { runSource } from './run-source.ts';
import { type StoredObject, takeSnapshot } from './serve-snapshot.ts';
import { runOptions, stackOptions } from './settings.ts';

const KIND = 'galaxy';

const reindexOptions = z.object({
  'base-url': z.url().meta({
    description: "where readers find the mirror's folder, e.g. https://mirror.example.org/galaxy/my-mirror/",
  }),
  ...stackOptions.pick({ out: true, state: true, verbose: true, json: true }).shape,
});

export const galaxyReindex = defineCommand({
  name: 'smallbatch galaxy reindex',
  summary:
    "Writes a mirror's index anew, for readers who find it at another address: every document that has an address in it. " +
    "Nothing is asked of the upstream, and no tarball is read or written. The mirror's name is what lies below galaxy/.",
  operands: { name: 'name', least: 1, most: 1 },
  options: reindexOptions,
  start: async ({ options, operands: [name = ''] }) =>
    await reindex(name, { ...options, state: resolve(options.state) }),
});

/** The options that a source was started with, as its metadata has them. */
const startOptions = jsonText.pipe(z.record(z.string(), z.unknown()));

/** A run of the mirror's newest source with the options that it was started with, but for the two that matter here. */
async function reindex(
  name: string,
  { state, 'base-url': baseUrl, ...chosen }: z.infer<typeof reindexOptions>,
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'smallbatch-galaxy-'));
  try {
    const { key, path, options } = await fetchNewest(`${KIND}/${name}/`, state, folder);
    const { baseUrl: _, 'base-url': __, ...rest } = options;
    const given = { ...rest, reindex: 'true', 'base-url': baseUrl };
    const source = { path, key, kind: kindNamed(KIND) };
    return await runSource(source, given, { ...runOptions.parse({}), ...chosen, state });
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
    return { key, path, options: parseOptions(key, headers[`x-amz-meta-${OPTIONS_METADATA}`] ?? '{}') };
  } finally {
    await snapshot?.close();
  }
}

function parseOptions(key: string, metadata: string): Fetched['options'] {
  const { data, error } = startOptions.safeParse(metadata);
  if (!error) return data;
  const cut = metadata.slice(0, 80);
  throw new SmallbatchError('OPTIONS_INVALID', `${key}: expected its options as a JSON object, found ${cut}`);
}

async function copyTo(path: string, store: string, { segments }: StoredObject): Promise<void> {
  await pipeline(async function* () {
    for (const { blob } of segments) yield* createReadStream(join(store, 'blobs', blob.slice(0, 2), blob));
  }, createWriteStream(path));
}
