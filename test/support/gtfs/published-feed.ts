import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readEnv } from '../../../shared/aws/env.ts';
import { getObject, listObjects } from '../../../shared/aws/store.ts';
import { latestKey, publishedPrefix } from '../../../shared/run/keys.ts';
import { type OpenedFeed, openFeed } from './read-run.ts';

/** What readers of the bucket have of a feed, by its pointer. */
export interface PublishedFeed extends OpenedFeed {
  /** Paths below the version's folder, sorted. */
  readonly paths: readonly string[];
}

/** Fetches a feed's published version into a temporary folder, and opens it with DuckDB. */
export async function openPublished(name: string): Promise<PublishedFeed> {
  const { prefix } = JSON.parse(String(await readObject(latestKey(publishedPrefix('gtfs', name)))));
  const folder = await mkdtemp(join(tmpdir(), 'smallbatch-published-'));
  const paths = (await keysUnder(prefix)).map((key) => key.slice(prefix.length)).sort();
  for (const path of paths) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, await readObject(`${prefix}${path}`));
  }
  return { ...(await openFeed(folder)), paths };
}

/** Keys of the results bucket. */
export async function keysUnder(prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of listObjects(readEnv(['results']).results, prefix)) keys.push(key);
  return keys;
}

async function readObject(key: string): Promise<Buffer> {
  const body = await getObject(readEnv(['results']).results, key);
  if (!body) throw new Error(`expected an object at ${key}`);
  return Buffer.concat(await Array.fromAsync(body));
}
