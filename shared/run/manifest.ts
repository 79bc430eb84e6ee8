import { readEnv } from '../aws/env.ts';
import { getJsonLines, putObject } from '../aws/store.ts';
import { toJsonLine } from '../json/lines.ts';
import type { ItemResult, Output } from '../kind.ts';
import { output, parseResults } from './results.ts';

/** A run's manifest: one line an item. Beside it, where the kind writes some, the objects that are made of all results. */
export async function* readManifest(key: string | undefined): AsyncIterable<ItemResult> {
  const lines = key ? await getJsonLines(readEnv(['results']).results, key) : undefined;
  if (lines) yield* parseResults(lines);
}

export async function putIndexList(manifest: string, outputs: readonly Output[]): Promise<void> {
  const lines = outputs.map(toJsonLine).join('');
  await putObject(readEnv(['results']).results, listKey(manifest), lines, 'application/x-ndjson');
}

/** What `finish` of the kind wrote with this manifest. */
export async function* readIndexList(manifest: string): AsyncIterable<Output> {
  const lines = await getJsonLines(readEnv(['results']).results, listKey(manifest));
  for await (const line of lines ?? []) yield output.parse(line);
}

const listKey = (manifest: string): string => manifest.replace(/\.jsonl$/, '.index.jsonl');
