/**
 * Every PDF of the data folder through the command line, one process a file, with a time limit: each must end in pages or
 * in an error code; none may crash or hang.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import type { PageResult } from '../../shared/pdf/page-result.ts';

const DATA = '../shared/data/pdf';
/** 40 scanned pages take 90 s of a core. */
const TIMEOUT_MS = 600_000;
/** Exit codes of shared/pdf/cli/main.ts: done, the document can't be read, some pages failed. */
const ENDINGS: ReadonlyMap<number | null, string> = new Map([
  [0, 'done'],
  [1, 'refused'],
  [3, 'pages failed'],
]);
const ERROR_CHARS = 150;

type Line = Pick<PageResult, 'status' | 'error'> & { readonly rssMb: number };

/** Prints a line a file; fails when one crashed or did not end. */
export async function bench(only = ''): Promise<void> {
  if (!existsSync(DATA)) return console.log(`pdf-files: skipped, ${DATA} is not there`);
  const files = readdirSync(DATA).filter((name) => name.endsWith('.pdf') && name.includes(only));
  let bad = 0;
  for (const file of files) if (!(await convert(file))) bad += 1;
  console.log(`pdf-files: ${files.length} files, ${bad} crashed or did not end`);
  if (bad > 0) process.exitCode = 1;
}

/** Did it end as it should? */
async function convert(file: string): Promise<boolean> {
  const start = performance.now();
  const child = spawn(process.execPath, ['shared/pdf/cli/main.ts', join(DATA, file), '--json'], {
    timeout: TIMEOUT_MS,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr = (stderr + chunk).slice(-1000);
  });
  const ended = once(child, 'close');
  const summary = await summarise(linesOf(child.stdout));
  const [code]: (number | null)[] = await ended;
  const ending = ENDINGS.get(code ?? null);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const why = [...stderr.trim().split('\n').slice(0, 1), ...summary.errors].filter((text) => text !== '');
  console.log(`  ${file}: ${ending ?? `CRASHED (${code})`}, ${summary.text}, ${seconds} s`);
  for (const text of why) console.log(`      ${text.slice(0, ERROR_CHARS)}`);
  return ending !== undefined;
}

/** By `\n` alone: readline also splits at U+2028, which JSON may hold as it is. */
async function* linesOf(stdout: Readable): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of stdout.setEncoding('utf8')) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

async function summarise(lines: AsyncIterable<string>): Promise<{ text: string; errors: readonly string[] }> {
  const statuses = new Map<string, number>();
  const errors = new Set<string>();
  let rssMb = 0;
  for await (const line of lines) {
    const page: Line = JSON.parse(line);
    statuses.set(page.status, (statuses.get(page.status) ?? 0) + 1);
    rssMb = Math.max(rssMb, page.rssMb);
    if (page.error !== undefined) errors.add(page.error);
  }
  const text = [...statuses].map(([status, count]) => `${count} ${status}`).join(', ') || 'no pages';
  return { text: rssMb > 0 ? `${text}, ${rssMb} MiB` : text, errors: [...errors].slice(0, 2) };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await bench(process.argv[2]);
