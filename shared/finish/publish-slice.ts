import { readEnv } from '../aws/env.ts';
import { putObject } from '../aws/store.ts';
import { toJsonLine } from '../json/lines.ts';
import type { ItemResult } from '../kind.ts';
import { manifestSliceKey, readManifestSlice } from '../run/manifest.ts';
import { itemResult } from '../run/results.ts';
import { type Copy, copyAll } from './copy-all.ts';
import { type Decision, decide } from './decide.ts';
import { type PublishedSlice, sortedParts } from './facts.ts';
import { sortPaths } from './leftovers.ts';
import type { Publishing } from './publishing.ts';
import { sortedLine } from './sort-part.ts';
import { factsName, linesName, readFacts, readSlice } from './sorted-lines.ts';
import { unchangedOf } from './unchanged.ts';
import type { Work } from './work.ts';

/** The slice's lines, before anything is decided. */
interface SliceLines {
  readonly fresh: readonly ItemResult[];
  readonly dead: readonly ItemResult[];
  readonly previous: readonly ItemResult[];
}

/**
 * Decides one slice, copies its outputs to where readers look and writes its lines of the manifest. Undefined when that is done, or
 * the number of the copy to go on with.
 */
export async function publishSlice(
  publishing: Publishing,
  slice: number,
  work: Work,
): Promise<number | undefined> {
  const lines = await readLines(publishing, slice);
  const decisions = await decideSlice(publishing, lines);
  const copies = decisions.flatMap((decision) => toCopies(publishing, decision));
  const next = await copyAll(copies, work);
  if (next < copies.length) return next;
  const manifest = decisions.map(({ line }) => toManifestLine(line)).join('');
  const key = manifestSliceKey(publishing.manifest, slice);
  await putObject(readEnv(['results']).results, key, manifest, 'application/x-ndjson');
  const { sorted, goes } = await sortPaths(publishing, slice, { ...lines, decisions });
  const facts = { ...toTotals(lines, decisions), ends: [...sorted.ends], goes } satisfies PublishedSlice;
  await publishing.workspace.write(linesName('publish', slice), sorted.text);
  await publishing.workspace.write(factsName('publish', slice), JSON.stringify(facts));
  return undefined;
}

async function readLines({ turn, workspace, slices, parts }: Publishing, slice: number): Promise<SliceLines> {
  const { previous } = turn;
  const lines = { fresh: [] as ItemResult[], dead: [] as ItemResult[] };
  const facts = parts.length > 0 ? sortedParts.parse(await readFacts(workspace, 'sort')) : [];
  for await (const line of readSlice(workspace, 'sort', facts, slice)) {
    const { isDead, result } = sortedLine.parse(line);
    lines[isDead ? 'dead' : 'fresh'].push(itemResult.parse(result));
  }
  const last = previous ? readManifestSlice(previous.manifest, slice, slices) : [];
  return { ...lines, previous: await Array.fromAsync(last) };
}

async function decideSlice(
  { kind, root, group }: Publishing,
  { fresh, dead, previous }: SliceLines,
): Promise<Decision[]> {
  const unchanged =
    group.unchanged > 0
      ? await unchangedOf(root, group.segments.at(-1)?.attempt, previous)
      : new Set<string>();
  const touched = new Set(dead.filter(({ outputs }) => outputs.length > 0).map(({ id }) => id));
  return decide({
    fresh,
    previous,
    isUnchanged: ({ id }) => unchanged.has(id),
    isTouched: (id) => touched.has(id),
    mayStay: kind.mayStay ?? (() => true),
  });
}

function toCopies({ root, places, previousPlaces }: Publishing, decision: Decision): Copy[] {
  const { line, outputsAre, isThere } = decision;
  return line.outputs
    .filter((output) => !isThere(output))
    .map((output) => {
      const from = outputsAre === 'staged' ? places.staged(root, output) : previousPlaces.published(output);
      return { from, to: places.published(output) };
    })
    .filter(({ from, to }) => from !== to);
}

function toManifestLine({ expanded: _, memory: __, ...line }: ItemResult): string {
  return toJsonLine(line);
}

function toTotals(
  { fresh }: SliceLines,
  decisions: readonly Decision[],
): Omit<PublishedSlice, 'ends' | 'goes'> {
  const items = { total: decisions.length, ok: 0, failed: 0, unchanged: 0 };
  for (const { line } of decisions) items[line.status]++;
  return {
    items,
    clusters: fresh.reduce((sum, { expanded }) => sum + (expanded?.clusters ?? 0), 0),
    groups: fresh.reduce((sum, { expanded }) => sum + (expanded?.groups ?? 0), 0),
    hasOutputs: fresh.some(({ outputs }) => outputs.length > 0),
  };
}
