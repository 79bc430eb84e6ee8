/** What listing an archive and reading ten of its members costs: this library, yauzl, unzipper. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type BenchArchive, writeArchives } from './zip/archives.ts';
import type { Measurement } from './zip/run.ts';

const LIBRARIES = ['ours', 'yauzl', 'unzipper'] as const;
const WORKS = ['list', 'read'] as const;
const TIMEOUT_MS = 120_000; // a library that reads the whole archive for a list is ended here
const MIB = 1024 * 1024;

/** Prints a table an archive and work: bytes moved, requests, seconds, peak memory. Each line is a process of its own. */
export async function bench(only = ''): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'zip-bench-'));
  try {
    for (const archive of await writeArchives(folder))
      if (archive.title.includes(only)) for (const work of WORKS) await compare(archive, work);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function compare(archive: BenchArchive, work: (typeof WORKS)[number]): Promise<void> {
  console.log(`\n${archive.title}: ${work === 'list' ? 'list' : 'read 10 members'}`);
  console.log(row(['', 'bytes moved', 'requests', 'seconds', 'peak RSS MiB', '']));
  for (const library of LIBRARIES) {
    const expected = work === 'list' ? archive.members : archive.bytes;
    console.log(row([library, ...(await measure(library, work, archive, expected))]));
  }
}

async function measure(
  library: string,
  work: string,
  { path, names }: BenchArchive,
  expected: number,
): Promise<string[]> {
  const script = join(import.meta.dirname, 'zip/run.ts');
  try {
    const args = [script, library, work, path, ...names];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: TIMEOUT_MS });
    return toCells(JSON.parse(stdout), expected);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return ['-', '-', '-', '-', message.includes('SIGTERM') ? 'too slow' : lastLine(message)];
  }
}

function toCells(found: Measurement, expected: number): string[] {
  return [
    found.bytes.toLocaleString('en'),
    found.requests.toLocaleString('en'),
    found.seconds.toFixed(2),
    (found.peakRssBytes / MIB).toFixed(0),
    found.result === expected ? '' : `WRONG: expected ${expected}, found ${found.result}`,
  ];
}

function row([name = '', ...cells]: readonly string[]): string {
  return `  ${name.padEnd(9)}${cells.map((cell) => cell.padStart(14)).join('')}`.trimEnd();
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}

if (import.meta.main) await bench(process.argv[2]);
