import * as z from 'zod';
import { readEnv } from '../aws/env.ts';
import { getJsonLines, putObject } from '../aws/store.ts';
import { toJsonLine } from '../json/lines.ts';
import type { ItemResult } from '../kind.ts';
import { type SafeText, toSafeText } from '../safe-text/safe-text.ts';
import { manifestKey } from './keys.ts';
import { output, parseResults } from './results.ts';
import { sliceOf } from './slice.ts';

/**
 * A run's manifest: one line an item, each slice in the order of the ids. Small ones are one object; a larger one is known by a name
 * that says how many slices it has (`….of-16.jsonl`) and has an object for each (`….000003-of-16.jsonl`). Beside it, where the kind
 * writes some, the objects that are made of all results.
 */
export const toManifest = (prefix: string, group: string, slices: number): string =>
  manifestKey(prefix, slices === 1 ? group : `${group}.of-${slices}`);

const OF_SLICES = /of-(\d+)\.jsonl$/;

export const slicesOf = (manifest: string): number => Number(OF_SLICES.exec(manifest)?.[1] ?? 1);

/** The object that holds a slice of it. */
export const manifestSliceKey = (manifest: string, slice: number): string =>
  manifest.replace(OF_SLICES, (of) => `${String(slice).padStart(6, '0')}-${of}`);

/** Every line, slice by slice. Nothing when there is no such manifest. */
export async function* readManifest(manifest: string | undefined): AsyncIterable<ItemResult> {
  if (!manifest) return;
  for (let slice = 0; slice < slicesOf(manifest); slice++) yield* readObject(manifest, slice);
}

/** The lines of one slice of `slices`, which are at least as many as the manifest itself has. */
export async function* readManifestSlice(
  manifest: string,
  slice: number,
  slices: number,
): AsyncIterable<ItemResult> {
  const within = Math.floor((slice * slicesOf(manifest)) / slices);
  for await (const result of readObject(manifest, within)) {
    if (sliceOf(result.id, slices) === slice) yield result;
  }
}

async function* readObject(manifest: string, slice: number): AsyncIterable<ItemResult> {
  const lines = await getJsonLines(readEnv(['results']).results, manifestSliceKey(manifest, slice));
  if (lines) yield* parseResults(lines);
}

/** An object that is made of all results; a whole one has a digest of its bytes and type. */
const indexOutput = output.extend({ digest: z.string().optional() });
export type IndexOutput = z.infer<typeof indexOutput>;

/** What `finish` of the kind writes, and what it warns the readers of the run's report of. */
export interface IndexList {
  readonly outputs: readonly IndexOutput[];
  readonly warnings: readonly SafeText[];
}

export async function putIndexList(manifest: string, { outputs, warnings }: IndexList): Promise<void> {
  const warned = warnings.map((warning) => ({ warning }));
  const lines = [...outputs, ...warned].map((each) => toJsonLine(each)).join('');
  await putObject(readEnv(['results']).results, listKey(manifest), lines, 'application/x-ndjson');
}

/** What `finish` of the kind wrote with this manifest. */
export async function* readIndexList(manifest: string): AsyncIterable<IndexOutput> {
  for await (const line of indexLines(manifest)) if (!('warning' in line)) yield line;
}

export async function readIndexWarnings(manifest: string): Promise<SafeText[]> {
  const lines = await Array.fromAsync(indexLines(manifest));
  return lines.flatMap((line) => ('warning' in line ? [line.warning] : []));
}

const indexLine = z.union([z.object({ warning: z.string().transform(toSafeText) }), indexOutput]);

async function* indexLines(manifest: string): AsyncIterable<z.infer<typeof indexLine>> {
  const lines = await getJsonLines(readEnv(['results']).results, listKey(manifest));
  for await (const line of lines ?? []) yield indexLine.parse(line);
}

const listKey = (manifest: string): string => manifest.replace(/\.jsonl$/, '.index.jsonl');
