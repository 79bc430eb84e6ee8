/** `npm run pdf -- FILE`: converts one document in this process, page by page. */
import { basename } from 'node:path';
import type { Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { toFailure } from '../../errors.ts';
import { openVisionModel, type VisionModelConfig } from '../../vision/open-model.ts';
import { openPdf, type PdfDocument } from '../document.ts';
import { storeOnce } from '../figures/figures.ts';
import { readMetadata, toFrontMatter } from '../markdown/front-matter.ts';
import { joinPages } from '../markdown/join.ts';
import { closeOcr } from '../ocr/ocr.ts';
import type { PageResult } from '../page-result.ts';
import { convertInOrder } from '../pages-in-order.ts';
import type { PdfTools } from '../pdf-options.ts';
import { collectProfile } from '../profile.ts';
import { UsageError } from './arguments.ts';
import { EXIT, HELP, KEY_VARIABLE } from './help.ts';
import { toFolder, toJsonLines, withHead, writeAll } from './output.ts';
import { type Progress, showProgress } from './progress.ts';
import { parseSettings, type Settings } from './settings.ts';

export { EXIT, HELP } from './help.ts';

/** Runs the command and gives its exit code; nothing is thrown for a bad document or wrong usage. */
export async function runCli(args: readonly string[], stdout: Writable, stderr: Writable): Promise<number> {
  try {
    const settings = parseSettings(args);
    if (!settings) {
      stdout.write(HELP);
      return EXIT.done;
    }
    return await convert(settings, stdout, stderr);
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

async function convert(settings: Settings, stdout: Writable, stderr: Writable): Promise<number> {
  const document = await openPdf(settings.file);
  const model = settings.model && openModel(settings.model);
  try {
    const pages = parsePages(settings.pages ?? `1-${document.pages}`, document.pages);
    const progress = showProgress(pages.length, stderr);
    const putFigure =
      settings.figures === undefined ? undefined : storeOnce(toFolder(settings.figures, settings.out));
    const tools: PdfTools = { vision: model, putFigure };
    const profile = collectProfile(document);
    const results = progress.over(
      convertInOrder({ document, pages, profile, options: settings.options, tools }),
    );
    await writeAll(toText(settings, document, results, progress), settings.out, stdout);
    progress.report();
    return progress.count('failed') > 0 ? EXIT.pagesFailed : EXIT.done;
  } finally {
    await model?.close();
    await closeOcr();
    document.close();
  }
}

/** Who runs the command says where it goes, so that its host may have any address. */
function openModel(config: VisionModelConfig) {
  const allowedHosts = config.provider === 'openai' ? [new URL(config.endpoint).host] : [];
  return openVisionModel(config, { key: process.env[KEY_VARIABLE], allowedHosts });
}

function toText(
  { json, frontMatter, file }: Settings,
  document: PdfDocument,
  results: AsyncIterable<PageResult>,
  progress: Progress,
): AsyncIterable<string> {
  if (json) return toJsonLines(results);
  const markdown = joinPages(results);
  if (!frontMatter) return markdown;
  return withHead(markdown, () =>
    toFrontMatter({
      ...readMetadata(document),
      source: basename(file),
      pages: document.pages,
      pagesFailed: progress.count('failed'),
      pagesOcr: progress.count('ocr'),
      pagesVision: progress.count('vision'),
    }),
  );
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
