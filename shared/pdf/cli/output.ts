/** What `npm run pdf` writes, and where. */
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { toJsonLine } from '../../json/lines.ts';
import type { PageResult } from '../page-result.ts';
import type { PutFigure } from '../pdf-options.ts';

const BYTES_PER_MB = 1024 * 1024;

export async function writeAll(
  chunks: AsyncIterable<string>,
  file: string | undefined,
  stdout: Writable,
): Promise<void> {
  if (file !== undefined) return await pipeline(chunks, createWriteStream(file));
  for await (const chunk of chunks) if (!stdout.write(chunk)) await once(stdout, 'drain');
}

/** `body` after the text that `head` gives when all of it is there; meanwhile it lies in a file, not in memory. */
export async function* withHead(body: AsyncIterable<string>, head: () => string): AsyncGenerator<string> {
  const folder = await mkdtemp(join(tmpdir(), 'smallbatch-pdf-'));
  try {
    const spool = join(folder, 'body.md');
    await pipeline(body, createWriteStream(spool));
    yield head();
    yield* createReadStream(spool, 'utf8');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function* toJsonLines(results: AsyncIterable<PageResult>): AsyncGenerator<string> {
  for await (const result of results) {
    const rssMb = Math.round(process.memoryUsage.rss() / BYTES_PER_MB);
    yield toJsonLine({ ...result, rssMb });
  }
}

/** Stores pictures in `folder`; references are relative to the Markdown file, or to the current folder. */
export function toFolder(folder: string, out: string | undefined): PutFigure {
  const base = out === undefined ? '.' : dirname(out);
  return async (name, bytes) => {
    await mkdir(folder, { recursive: true });
    const path = join(folder, name);
    await writeFile(path, bytes);
    return relative(base, path).split(sep).map(encodePart).join('/');
  };
}

/** Brackets would end a Markdown link. */
function encodePart(part: string): string {
  return encodeURIComponent(part).replace(/[()]/g, (char) => (char === '(' ? '%28' : '%29'));
}
