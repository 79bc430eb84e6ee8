import { pMapIterable } from 'p-map';
import * as z from 'zod';
import type { ItemResult } from '../kind.ts';
import { readResults } from '../run/results.ts';
import type { SortedPart } from './facts.ts';
import type { Part, Publishing } from './publishing.ts';
import { factsName, linesName } from './sorted-lines.ts';
import { Sorter } from './sorter.ts';

/** Result objects that are read at once. */
const READS_AT_ONCE = 32;

/** A result on its way to its slice. Of a pass that died only the id and the outputs count, which it may have copied. */
export const sortedLine = z.object({ isDead: z.boolean(), result: z.unknown() });

/** Reads the results of one plan part and writes them sorted, so that each slice's are together. */
export async function sortPart({ parts, slices, workspace }: Publishing, n: number): Promise<void> {
  const part = parts[n];
  if (!part) throw new RangeError(`expected one of ${parts.length} parts, found ${n}`);
  const sorter = new Sorter(slices);
  const peaks: SortedPart['peaks'] = [];
  const clusters = Array.from({ length: part.end - part.first }, (_, index) => part.first + index);
  for await (const results of pMapIterable(clusters, (index) => readCluster(part, index), {
    concurrency: READS_AT_ONCE,
  })) {
    for (const result of results) sorter.add(result.id, { isDead: part.isDead, result });
    if (!part.isDead) peaks.push(...toPeak(results));
  }
  const { text, ends } = sorter.sorted();
  await workspace.write(linesName('sort', n), text);
  await workspace.write(
    factsName('sort', n),
    JSON.stringify({ ends: [...ends], peaks } satisfies SortedPart),
  );
}

/** @throws Error when a cluster of the run itself has no results; of a dead pass they may have expired */
async function readCluster({ group, isDead }: Part, index: number): Promise<readonly ItemResult[]> {
  const results = await readResults(group, index);
  if (!results && !isDead)
    throw new Error(`expected the results of cluster ${index} of ${group}, found none`);
  return await Array.fromAsync(results ?? []);
}

function toPeak(results: readonly ItemResult[]): SortedPart['peaks'] {
  const memories = results.flatMap(({ memory }) => memory ?? []);
  const highest = memories.toSorted((a, b) => b.peakMb - a.peakMb)[0];
  return highest ? [[highest.sizeMb, highest.peakMb]] : [];
}
