import { basename } from 'node:path';
import { SmallbatchError } from '../../errors.ts';
import type { Outcome, ProcessContext } from '../../kind.ts';
import { openPdf, type PdfDocument } from '../../pdf/document.ts';
import { joinPages } from '../../pdf/join.ts';
import type { PageResult } from '../../pdf/page.ts';
import { collectProfile } from '../../pdf/profile.ts';
import { encodeText } from '../../text/encode.ts';
import type { ZipMember } from '../../zip/archive.ts';
import { outputPath } from './formats.ts';
import { memberFile } from './member-file.ts';
import { converted, documentTitle, factsOf, failed, MARKDOWN } from './outcome.ts';
import { convertPages, PageCount, pageItems, pagesPath } from './pdf-pages.ts';
import { planPdf } from './pdf-plan.ts';
import type { CanvasData, CanvasOptions, MemberData, PagesData } from './schema.ts';

type Context = ProcessContext<CanvasOptions>;

/** Converts a short PDF at once and expands a long or scanned one. One page is in memory at a time. */
export async function processPdf(file: MemberData, context: Context): Promise<Outcome<CanvasData>> {
  const { member } = file;
  const document = await openMember(member, context);
  try {
    const profile = collectProfile(document);
    const plan = planPdf(document, context.options.ocr);
    if (!plan.isAtOnce) return { type: 'expand', items: pageItems(member, document.pages, profile, plan) };
    const pages = convertPages(document, { from: 1, to: document.pages, profile }, context);
    return await putDocument(file, () => document.title, pages, context);
  } finally {
    document.close();
  }
}

/** Converts some pages of a long PDF; its output is one line of JSON per page, for `join`. */
export async function processPages(data: PagesData, context: Context): Promise<Outcome<CanvasData>> {
  const document = await openMember(data.member, context);
  try {
    const count = new PageCount();
    const pages = count.over(convertPages(document, data, context));
    const output = await context.put(pagesPath(data), encodeText(jsonLines(pages)), 'application/jsonl');
    const detail = { ...documentTitle(document.title), ...count.detail() };
    return { type: 'done', outputs: [output], detail };
  } finally {
    document.close();
  }
}

/**
 * Writes joined pages as the file's Markdown; pages that failed are marked in it. Where all failed, nothing is written, so that an earlier
 * version stays.
 */
export async function putDocument(
  { member, listing }: MemberData,
  title: () => string | undefined,
  pages: AsyncIterable<PageResult>,
  context: Context,
): Promise<Outcome<CanvasData>> {
  const count = new PageCount();
  const facts = factsOf(member.name, listing, member);
  const path = outputPath(member.name, listing, context.options);
  try {
    const output = await context.put(path, encodeText(markdownOf(member, pages, count)), MARKDOWN);
    return converted(facts, output, { ...documentTitle(title()), ...count.detail() });
  } catch (error) {
    if (!(error instanceof SmallbatchError) || error.code !== 'PAGES_FAILED') throw error;
    return failed({ ...facts, ...count.detail() }, { code: error.code, message: error.message });
  }
}

/** A stream that throws is not stored. */
async function* markdownOf(
  member: ZipMember,
  pages: AsyncIterable<PageResult>,
  count: PageCount,
): AsyncGenerator<string> {
  yield* joinPages(count.over(pages));
  count.check(member.name);
}

async function openMember(member: ZipMember, context: Context): Promise<PdfDocument> {
  context.stage('pdf: read');
  const path = await memberFile(member, context);
  context.stage('pdf: open');
  try {
    return await openPdf(path);
  } catch (error) {
    if (!(error instanceof SmallbatchError)) throw error;
    // the reader knows the file by its name in the cache only
    const message = error.message.replace(basename(path), member.name);
    throw new SmallbatchError(error.code, message, { cause: error });
  }
}

/** Without the time each took: a redelivered item must write the same bytes. */
async function* jsonLines(pages: AsyncIterable<PageResult>): AsyncGenerator<string> {
  for await (const page of pages) yield `${JSON.stringify({ ...page, ms: 0 })}\n`;
}
