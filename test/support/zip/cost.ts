/**
 * Lists an archive in a process of its own and reads some of its members, then prints what it cost as JSON.
 * Usage: node test/support/zip/cost.ts FILE NAME…
 */

import { bufferSource, fileSource, type RangeSource } from '../../../shared/range-source.ts';
import { openZip, type ZipMember } from '../../../shared/zip/archive.ts';
import { readMember } from '../../../shared/zip/member.ts';
import { peakRssBytes } from '../process/peak-rss.ts';
import { buildZip } from './builder.ts';

export interface ZipCost {
  readonly members: number;
  readonly seconds: number;
  /** Of the process, from before the archive is opened to its peak while it is listed. */
  readonly rssGrowthBytes: number;
  readonly listRanges: number;
  readonly listBytes: number;
  readonly read: readonly { readonly name: string; readonly ranges: number; readonly bytes: number }[];
}

const [path = '', ...names] = process.argv.slice(2);
const file = await fileSource(path);
let ranges = 0;
let moved = 0;
const source: RangeSource = {
  size: file.size,
  read: (start, end) => {
    ranges += 1;
    moved += end - start;
    return file.read(start, end);
  },
};
await list(bufferSource(buildZip({ members: [{ name: 'loads the code' }] })), []);
const before = process.memoryUsage().rss;
const started = performance.now();
const { members, found } = await list(source, names);
const cost = {
  members,
  seconds: (performance.now() - started) / 1_000,
  rssGrowthBytes: peakRssBytes() - before,
  listRanges: ranges,
  listBytes: moved,
};
const read: ZipCost['read'][number][] = [];
for (const member of found) read.push(await readCost(member));
await file.close();
process.stdout.write(`${JSON.stringify({ ...cost, read } satisfies ZipCost)}\n`);

async function list(from: RangeSource, wanted: readonly string[]) {
  const archive = await openZip(from);
  const kept: ZipMember[] = [];
  let count = 0;
  for await (const entry of archive.entries()) {
    count += 1;
    if (entry.type === 'member' && wanted.includes(entry.member.name)) kept.push(entry.member);
  }
  return { members: count, found: kept };
}

async function readCost(member: ZipMember): Promise<ZipCost['read'][number]> {
  ranges = 0;
  let bytes = 0;
  for await (const chunk of readMember(source, member)) bytes += chunk.byteLength;
  return { name: member.name, ranges, bytes };
}
