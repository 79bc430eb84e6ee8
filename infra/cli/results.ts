import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { getObject } from '../../shared/aws/store.ts';
import { PathSet } from '../../shared/finish/path-set.ts';
import { parseJsonLines, toJsonLine } from '../../shared/json/lines.ts';
import type { ItemResult, Output } from '../../shared/kind.ts';
import { kindNamed } from '../../shared/kinds/index.ts';
import { publishedKey, publishedPrefix, rootGroup } from '../../shared/run/keys.ts';
import { readIndexList, readManifest } from '../../shared/run/manifest.ts';
import { placesOf } from '../../shared/run/places.ts';
import { parseResults } from '../../shared/run/results.ts';
import type { Run } from '../../shared/run/run.ts';

/** Failures that a report names; the manifest has them all. */
const FAILURES_SHOWN = 20;

export interface Failed {
  readonly item: string;
  readonly code: string;
  readonly message: string;
}

/**
 * Copies what readers see of a run's source to plain files below `out`, with the manifest beside them. What the folder's
 * last manifest lists and the new one does not is removed; nothing else in the folder is touched.
 */
export async function copyResults(
  bucket: string,
  run: Run,
  out: string,
): Promise<{ folder: string; failures: Failed[] }> {
  const { prefix } = placesOf(kindNamed(run.kind), run.name, rootGroup(run.run, run.generation));
  const folder = join(out, ...publishedPrefix(run.kind, run.name).split('/'));
  if (!run.manifest) return { folder, failures: [] };
  await mkdir(folder, { recursive: true });
  const manifest = join(folder, 'manifest.jsonl');
  const fresh = `${manifest}.new`;
  await pipeline(toLines(readManifest(run.manifest)), createWriteStream(fresh));
  const kept = new PathSet();
  const failures: Failed[] = [];
  for await (const result of manifestLines(fresh)) {
    if (result.failure && failures.length < FAILURES_SHOWN)
      failures.push({ item: result.id, ...result.failure });
    for (const { path } of result.outputs) kept.add(path);
    await copyOutputs(bucket, prefix, result, folder);
  }
  for await (const output of readIndexList(run.manifest)) {
    kept.add(output.path);
    await download(bucket, publishedKey(prefix, output), toFile(folder, output));
  }
  if (run.state === 'completed') await removeWhatLeft(folder, manifest, kept);
  await rename(fresh, manifest);
  return { folder, failures };
}

/** New outputs, and those of unchanged items that the folder does not have. */
async function copyOutputs(
  bucket: string,
  prefix: string,
  { status, outputs }: ItemResult,
  folder: string,
): Promise<void> {
  for (const output of outputs) {
    const file = toFile(folder, output);
    if (status === 'unchanged' && (await hasSize(file, output.bytes))) continue;
    await download(bucket, publishedKey(prefix, output), file);
  }
}

async function* toLines(results: AsyncIterable<ItemResult>): AsyncIterable<string> {
  for await (const result of results) yield toJsonLine(result);
}

async function* manifestLines(file: string): AsyncIterable<ItemResult> {
  yield* parseResults(parseJsonLines(createReadStream(file)));
}

async function removeWhatLeft(folder: string, manifest: string, kept: PathSet): Promise<void> {
  if (!(await stat(manifest).catch(() => undefined))) return;
  for await (const { outputs } of manifestLines(manifest)) {
    for (const output of outputs)
      if (!kept.mayHave(output.path)) await rm(toFile(folder, output), { force: true });
  }
}

/**
 * An output's file below `folder`; its path comes from an archive, so it must not lead out of it. A folder's own object
 * is its `index.html`, as every web server for static files has it.
 */
function toFile(folder: string, { path }: Output): string {
  const file = join(folder, ...path.split('/'), ...(path === '' || path.endsWith('/') ? ['index.html'] : []));
  const inside = relative(folder, file);
  if (inside.startsWith(`..${sep}`) || inside === '..')
    throw new Error(`expected an output below ${folder}, found ${path}`);
  return file;
}

async function hasSize(file: string, bytes: number): Promise<boolean> {
  return (await stat(file).catch(() => undefined))?.size === bytes;
}

async function download(bucket: string, key: string, file: string): Promise<void> {
  const body = await getObject(bucket, key);
  if (!body) throw new Error(`expected the object ${bucket}/${key}, found none`);
  await mkdir(dirname(file), { recursive: true });
  await pipeline(body, createWriteStream(file));
}
