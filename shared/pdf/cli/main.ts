/** `npm run pdf -- FILE`: converts one document in this process, page by page. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { defineCommand } from '../../command/define-command.ts';
import { EXIT } from '../../command/exit.ts';
import { UsageError } from '../../command/usage-error.ts';
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
import { pdfArguments } from './arguments.ts';
import { toFolder, toJsonLines, withHead, writeAll } from './output.ts';
import { type Progress, showProgress } from './progress.ts';
import { type Settings, toSettings } from './settings.ts';
import { hasSmallHeaps, runWithSmallHeaps } from './small-heaps.ts';

/** The one way to give a key: arguments are seen by every process of the machine. */
const KEY_VARIABLE = 'SMALLBATCH_VISION_KEY';

export const pdfCommand = defineCommand({
  name: 'npm run pdf --',
  summary: 'Converts a PDF to Markdown, page by page. A page that failed is marked in the Markdown.',
  operands: { name: 'file', least: 1, most: 1 },
  options: pdfArguments,
  details: () => `The model's key is read from ${KEY_VARIABLE}.`,
  start: async ({ options, operands: [file = ''] }, { stdout, stderr }) =>
    await convert(toSettings(file, options), stdout, stderr),
});

async function convert(settings: Settings, stdout: Writable, stderr: Writable): Promise<number> {
  const document = await openPdf(settings.file, await readPassword(settings.passwordFile));
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
    return progress.count('failed') > 0 ? EXIT.partly : EXIT.done;
  } finally {
    await model?.close();
    await closeOcr();
    document.close();
  }
}

/** An editor ends the line, which is no part of the password. */
async function readPassword(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const [password = ''] = (await readFile(file, 'utf8')).split(/\r?\n/, 1);
  return password;
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
  const argv = process.argv.slice(2);
  process.exitCode = hasSmallHeaps()
    ? await pdfCommand.run(argv)
    : await runWithSmallHeaps(import.meta.filename, argv);
}
