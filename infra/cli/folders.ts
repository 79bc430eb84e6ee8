import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import type { FolderBucket } from '../local/s3/folder-bucket.ts';
import { toPairs } from './settings.ts';
import type { LocalSource } from './source.ts';

/** The folder of a list of files, as a bucket. */
const BESIDE = 'beside';
const MANIFEST_BYTES_MAX = 32 * 1024 * 1024;
const inventory = z.object({
  destinationBucket: z.string().startsWith('arn:'),
  fileSchema: z.string(),
  files: z.array(z.object({ key: z.string() })),
});

/** The folders that a run reads as buckets: those that are named, and the one in which an inventory's parts lie. */
export async function toFolders(
  source: string | undefined,
  pairs: readonly string[],
): Promise<FolderBucket[]> {
  const named = Object.entries(toPairs('--bucket NAME=DIR', pairs)).map(([name, folder]) => ({
    name,
    folder: resolve(folder),
  }));
  const found = source === undefined ? undefined : await findInventory(source);
  return found && !named.some(({ name }) => name === found.name) ? [...named, found] : named;
}

/** Of a list of names: without a place for them, they lie beside it. */
export function toBeside({ path, kind }: LocalSource, options: Readonly<Record<string, string>>) {
  const hasPlace = Object.keys(options).some((name) => /^base-?url$/i.test(name));
  if (kind.name !== 'files' || hasPlace || !kind.accepts(basename(path), new Uint8Array()))
    return { options, bucket: [] };
  return {
    options: { ...options, baseUrl: `s3://${BESIDE}/` },
    bucket: [`${BESIDE}=${dirname(resolve(path))}`],
  };
}

/** A manifest's parts have keys of their bucket; here that is a folder above the manifest, if the first part is there. */
async function findInventory(source: string): Promise<FolderBucket | undefined> {
  const { data } = inventory.safeParse(await readJson(source));
  const key = data?.files[0]?.key;
  const folder = key === undefined ? undefined : await findAbove(dirname(resolve(source)), key);
  return folder === undefined ? undefined : { name: data?.destinationBucket.split(':::')[1] ?? '', folder };
}

/** The nearest folder, from `folder` up, that has the file. */
async function findAbove(folder: string, file: string): Promise<string | undefined> {
  if ((await statIfThere(join(folder, file)))?.isFile()) return folder;
  return folder === dirname(folder) ? undefined : await findAbove(dirname(folder), file);
}

async function readJson(file: string): Promise<unknown> {
  const size = (await statIfThere(file))?.size ?? 0;
  return file.endsWith('.json') && size <= MANIFEST_BYTES_MAX
    ? parseJson(await readFile(file, 'utf8'))
    : undefined;
}

const statIfThere = (path: string) => stat(path).catch(() => undefined);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
