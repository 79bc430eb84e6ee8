/** `npm run pdf -- FILE`: converts one document in this process, page by page. */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { toFailure } from '../errors.ts';
import { openPdf, type PdfDocument } from './document.ts';
import { joinPages } from './join.ts';
import { closeOcr } from './ocr.ts';
import { convertPage, type PageResult, type PdfOptions } from './page.ts';
import { collectProfile } from './profile.ts';

export const EXIT = { done: 0, unreadable: 1, usage: 2, pagesFailed: 3 } as const;

export const HELP = `Converts a PDF to Markdown, page by page.

Usage: npm run pdf -- FILE [options]

  --pages LIST   pages to convert, e.g. 3-7 or 1,4,9-12 (default: all)
  --out FILE     write there instead of to the standard output
  --json         one JSON line a page: page, status, method, confidence, ms, rssMb, markdown
  --ocr MODE     auto: pages that are pictures or have unreadable text (default); on: every page; off
  --lang CODES   languages for OCR, e.g. eng (default) or eng+deu
  --help         this text

Exit codes: ${EXIT.done} done, ${EXIT.unreadable} the document can't be read, ${EXIT.usage} wrong usage, ${EXIT.pagesFailed} some pages failed (each is marked in the Markdown).
`;

const BYTES_PER_MB = 1024 * 1024;

interface Settings {
  readonly file: string;
  readonly pages: string | undefined;
  readonly out: string | undefined;
  readonly json: boolean;
  readonly options: PdfOptions;
}

class UsageError extends Error {}

/** Runs the command and gives its exit code; nothing is thrown for a bad document or wrong usage. */
export async function runCli(args: readonly string[], stdout: Writable, stderr: Writable): Promise<number> {
  try {
    const settings = parseSettings(args);
    if (!settings) {
      stdout.write(HELP);
      return EXIT.done;
    }
    return await convert(settings, stdout);
  } catch (error) {
    if (error instanceof UsageError) {
      stderr.write(`${error.message}\n\n${HELP}`);
      return EXIT.usage;
    }
    const { code, message } = toFailure(error);
    stderr.write(`${code}: ${message}\n`);
    return EXIT.unreadable;
  }
}

function parseSettings(args: readonly string[]): Settings | undefined {
  const { values, positionals } = parseOptions(args);
  if (values.help) return undefined;
  const [file, ...rest] = positionals;
  if (file === undefined || rest.length > 0)
    throw new UsageError(`expected one FILE, got ${positionals.length}`);
  const options = { ocr: parseOcr(values.ocr), ocrLanguages: values.lang?.split('+') };
  return { file, pages: values.pages, out: values.out, json: values.json ?? false, options };
}

function parseOcr(mode = 'auto'): PdfOptions['ocr'] {
  if (mode === 'auto' || mode === 'on' || mode === 'off') return mode;
  throw new UsageError(`--ocr: expected auto, on or off, found "${mode}"`);
}

function parseOptions(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        pages: { type: 'string' },
        out: { type: 'string' },
        json: { type: 'boolean' },
        ocr: { type: 'string' },
        lang: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

async function convert(settings: Settings, stdout: Writable): Promise<number> {
  const document = await openPdf(settings.file);
  try {
    const pages = parsePages(settings.pages ?? `1-${document.pages}`, document.pages);
    const out = settings.out === undefined ? stdout : createWriteStream(settings.out);
    let failed = 0;
    const results = convertPages(document, pages, settings.options, () => {
      failed += 1;
    });
    const lines = settings.json ? toJsonLines(results) : joinPages(results);
    for await (const chunk of lines) if (!out.write(chunk)) await once(out, 'drain');
    if (out !== stdout) await once(out.end(), 'close');
    return failed > 0 ? EXIT.pagesFailed : EXIT.done;
  } finally {
    await closeOcr();
    document.close();
  }
}

async function* convertPages(
  document: PdfDocument,
  pages: readonly number[],
  options: PdfOptions,
  onFailed: () => void,
): AsyncIterable<PageResult> {
  const profile = collectProfile(document);
  for (const page of pages) {
    const result = await convertPage(document, page, profile, options);
    if (result.status === 'failed') onFailed();
    yield result;
  }
}

async function* toJsonLines(results: AsyncIterable<PageResult>): AsyncIterable<string> {
  for await (const { page, status, method, confidence, ms, markdown, error } of results) {
    const rssMb = Math.round(process.memoryUsage.rss() / BYTES_PER_MB);
    yield `${JSON.stringify({ page, status, method, confidence, ms: Math.round(ms * 10) / 10, rssMb, markdown, error })}\n`;
  }
}

/** `3-7` or `1,4,9-12` as page numbers, in the order given. */
export function parsePages(list: string, pages: number): number[] {
  return list.split(',').flatMap((part) => {
    const match = /^\s*(\d+)(?:\s*-\s*(\d+))?\s*$/.exec(part);
    const from = Number(match?.[1]);
    const to = Number(match?.[2] ?? match?.[1]);
    if (!match || from < 1 || to < from || to > pages) {
      throw new UsageError(`--pages: expected pages from 1 to ${pages} such as 3-7 or 1,4, found "${part}"`);
    }
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // `| head` has read enough.
    if (error.code === 'EPIPE') process.exit(EXIT.done);
    throw error;
  });
  process.exitCode = await runCli(process.argv.slice(2), process.stdout, process.stderr);
}
