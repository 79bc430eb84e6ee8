import { pMapIterable } from 'p-map';
import type { Workspace } from './workspace.ts';

/** Parts whose facts or ranges are read at once. */
const READS_AT_ONCE = 32;

/** Each part of a step leaves its lines, sorted by slice, and what is to be known of them: first of all where each slice ends. */
export const linesName = (step: string, part: number): string => `${step}/${part}.jsonl`;
export const factsName = (step: string, part: number): string => `${step}/${part}.json`;
const allFactsName = (step: string): string => `${step}.json`;

/** Puts the facts of all parts of a step together, for every part of the next one to read at once. */
export async function gatherFacts(workspace: Workspace, step: string, parts: number): Promise<void> {
  const names = Array.from({ length: parts }, (_, part) => factsName(step, part));
  const texts = pMapIterable(names, (name) => workspace.read(name), { concurrency: READS_AT_ONCE });
  await workspace.write(allFactsName(step), `[${(await Array.fromAsync(texts)).join(',')}]`);
}

export async function readFacts(workspace: Workspace, step: string): Promise<unknown> {
  return JSON.parse(await workspace.read(allFactsName(step)));
}

/** The lines of one slice from every part: one range of each. */
export async function* readSlice(
  workspace: Workspace,
  step: string,
  facts: readonly { readonly ends: readonly number[] }[],
  slice: number,
): AsyncIterable<unknown> {
  const ranges = facts.map(({ ends }, part) => {
    return { name: linesName(step, part), start: ends[slice - 1] ?? 0, end: ends[slice] ?? 0 };
  });
  const texts = pMapIterable(
    ranges.filter(({ start, end }) => end > start),
    ({ name, start, end }) => workspace.readRange(name, start, end),
    { concurrency: READS_AT_ONCE },
  );
  for await (const text of texts) {
    for (const line of text.split('\n')) if (line !== '') yield JSON.parse(line);
  }
}
