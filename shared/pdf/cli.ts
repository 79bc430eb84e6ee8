/** `npm run pdf -- FILE`: converts one document in this process, page by page. */
import { basename } from 'node:path';
import type { Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { toFailure } from '../errors.ts';
import { openVisionModel, type VisionModelConfig } from '../vision/open-model.ts';
import { toFolder, toJsonLines, withHead, writeAll } from './cli-output.ts';
import { EXIT, HELP, KEY_VARIABLE, parseSettings, type Settings, UsageError } from './cli-settings.ts';
import { openPdf, type PdfDocument } from './document.ts';
import { storeOnce } from './figures.ts';
import { readMetadata, toFrontMatter } from './front-matter.ts';
import { joinPages } from './join.ts';
import { closeOcr } from './ocr.ts';
import type { PageResult, PdfTools } from './page.ts';
import { convertInOrder } from './pages-in-order.ts';
import { collectProfile } from './profile.ts';
import { addVision, type VisionTotals } from './vision-totals.ts';

export { EXIT, HELP } from './cli-settings.ts';

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
    const count = newCount(pages.length, stderr);
    const putFigure =
      settings.figures === undefined ? undefined : storeOnce(toFolder(settings.figures, settings.out));
    const tools: PdfTools = { vision: model, putFigure };
    const profile = collectProfile(document);
    const results = count.over(
      convertInOrder({ document, pages, profile, options: settings.options, tools }),
    );
    await writeAll(toText(settings, document, results, count), settings.out, stdout);
    count.report();
    return count.statuses('failed') > 0 ? EXIT.pagesFailed : EXIT.done;
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
  count: Count,
): AsyncIterable<string> {
  if (json) return toJsonLines(results);
  const markdown = joinPages(results);
  if (!frontMatter) return markdown;
  return withHead(markdown, () =>
    toFrontMatter({
      ...readMetadata(document),
      source: basename(file),
      pages: document.pages,
      pagesFailed: count.statuses('failed'),
      pagesOcr: count.statuses('ocr'),
      pagesVision: count.statuses('vision'),
    }),
  );
}

interface Count {
  over(results: AsyncIterable<PageResult>): AsyncIterable<PageResult>;
  statuses(status: PageResult['status']): number;
  /** The last line of the progress, and what the model cost. */
  report(): void;
}

/** Counts pages; progress is shown to a person only. */
function newCount(pages: number, stderr: Writable & { readonly isTTY?: boolean }): Count {
  const statuses = new Map<string, number>();
  let seen = 0;
  let vision: VisionTotals | undefined;
  return {
    async *over(results) {
      for await (const result of results) {
        seen += 1;
        statuses.set(result.status, (statuses.get(result.status) ?? 0) + 1);
        vision = addVision(vision, result);
        if (stderr.isTTY) stderr.write(`\rpage ${seen} of ${pages}`);
        yield result;
      }
    },
    statuses: (status) => statuses.get(status) ?? 0,
    report() {
      if (stderr.isTTY)
        stderr.write(`\r${[...statuses].map(([name, many]) => `${many} ${name}`).join(', ')}\n`);
      if (vision) stderr.write(`vision: ${toLine(vision)}\n`);
    },
  };
}

function toLine({ pages, failedPages, inputTokens, outputTokens, cost }: VisionTotals): string {
  const price = cost === undefined ? '' : `, cost ${cost}`;
  return `${pages} pages read, ${failedPages} failed, ${inputTokens} tokens in, ${outputTokens} out${price}`;
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
