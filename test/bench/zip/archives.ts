import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildZip } from '../../support/zip/builder.ts';
import { seededRandom } from '../../support/zip/mutate.ts';
import { sparseName, writeSparseZip } from '../../support/zip/sparse.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const READ = 10;

export interface BenchArchive {
  readonly title: string;
  readonly path: string;
  readonly members: number;
  /** The ten members to read, spread over the archive, and their bytes in all. */
  readonly names: readonly string[];
  readonly bytes: number;
}

/** Writes the archives of the bench into `folder`. */
export async function writeArchives(folder: string): Promise<BenchArchive[]> {
  return [await writeDocuments(folder), await writeLarge(folder), await writeSparse(folder)];
}

async function writeDocuments(folder: string): Promise<BenchArchive> {
  const data = Array.from({ length: 2_000 }, (_, index) => words(20 * KIB, index));
  const members = data.map((text, index) => ({ name: `course/page-${index}.html`, data: text, method: 8 }));
  return write(folder, '2,000 pages of 20 KiB', members);
}

async function writeLarge(folder: string): Promise<BenchArchive> {
  const members = Array.from({ length: 12 }, (_, index) => ({
    name: `scan-${index}.tif`,
    data: Buffer.alloc(6 * MIB, `${index}`),
  }));
  return write(folder, '12 files of 6 MiB, stored', members);
}

async function write(
  folder: string,
  title: string,
  members: readonly { name: string; data: Buffer }[],
): Promise<BenchArchive> {
  const path = join(folder, `${members.length}.zip`);
  await writeFile(path, buildZip({ members }));
  const chosen = spread(members.length).map((index) => members[index]);
  return {
    title,
    path,
    members: members.length,
    names: chosen.map((member) => member?.name ?? ''),
    bytes: chosen.reduce((sum, member) => sum + (member?.data.length ?? 0), 0),
  };
}

async function writeSparse(folder: string): Promise<BenchArchive> {
  const path = join(folder, 'sparse.zip');
  const spec = { members: 100_000, bytesEach: 50_000, readable: spread(100_000) };
  await writeSparseZip(path, spec);
  const names = spec.readable.map(sparseName);
  return {
    title: '100,000 members, 5 GB, zip64',
    path,
    members: spec.members,
    names,
    bytes: READ * spec.bytesEach,
  };
}

function spread(members: number): number[] {
  return Array.from({ length: READ }, (_, index) => Math.floor(((index + 0.5) * members) / READ));
}

/** Text that shrinks to about a third: words drawn from a small vocabulary. */
function words(bytes: number, seed: number): Buffer {
  const random = seededRandom(seed);
  const vocabulary = Array.from({ length: 400 }, () => random(36 ** 5).toString(36));
  let text = '';
  while (text.length < bytes) text += `${vocabulary[random(vocabulary.length)]} `;
  return Buffer.from(text.slice(0, bytes));
}
