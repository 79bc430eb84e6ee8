import { basename } from 'node:path';
import { SmallbatchError } from '../../errors.ts';
import type { Detail, Item, Outcome, ProcessContext } from '../../kind.ts';
import { openPdf, type PdfDocument } from '../../pdf/document.ts';
import { joinPages } from '../../pdf/join.ts';
import { convertPage, type PageResult } from '../../pdf/page.ts';
import { collectProfile, type PdfProfile } from '../../pdf/profile.ts';
import { encodeText } from '../../text/encode.ts';
import type { ZipMember } from '../../zip/archive.ts';
import { outputPath } from './formats.ts';
import { memberFile } from './member-file.ts';
import { converted, documentTitle, factsOf, failed, MARKDOWN } from './outcome.ts';
import type { CanvasData, CanvasOptions, MemberData, PagesData } from './schema.ts';

/** A PDF of more pages expands; a page takes 2 to 100 ms, one full of drawings seconds. */
const PAGES_AT_ONCE = 20;
/** Pages of one item of an expanded PDF. */
const PAGES_PER_ITEM = 20;

type Context = ProcessContext<CanvasOptions>;

/** Converts a short PDF at once and expands a long one into items of 20 pages. One page is in memory at a time. */
export async function processPdf(file: MemberData, context: Context): Promise<Outcome<CanvasData>> {
  const { member } = file;
  const document = await openMember(member, context);
  try {
    const profile = collectProfile(document);
    if (document.pages > PAGES_AT_ONCE)
      return { type: 'expand', items: pageItems(member, document.pages, profile) };
    const pages = pagesOf(document, 1, document.pages, profile, context);
    return await putDocument(file, document.title, pages, context);
  } finally {
    document.close();
  }
}

/** Converts some pages of a long PDF; its output is one line of JSON per page, for `join`. */
export async function processPages(data: PagesData, context: Context): Promise<Outcome<CanvasData>> {
  const document = await openMember(data.member, context);
  try {
    const count = new PageCount();
    const pages = count.over(pagesOf(document, data.from, data.to, data.profile, context));
    const output = await context.put(pagesPath(data), encodeText(jsonLines(pages)), 'application/jsonl');
    return {
      type: 'done',
      outputs: [output],
      detail: { ...documentTitle(document.title), ...count.detail() },
    };
  } finally {
    document.close();
  }
}

/** Writes joined pages as the file's Markdown; the outcome says how many failed. */
export async function putDocument(
  { member, listing }: MemberData,
  title: string | undefined,
  pages: AsyncIterable<PageResult>,
  context: Context,
): Promise<Outcome<CanvasData>> {
  const count = new PageCount();
  const markdown = encodeText(joinPages(count.over(pages)));
  const output = await context.put(outputPath(member.name, listing, context.options), markdown, MARKDOWN);
  const facts = { ...factsOf(member.name, listing, member), ...documentTitle(title), ...count.detail() };
  if (!count.allFailed()) return converted(facts, output);
  const message = `${member.name}: none of its ${count.pages} pages could be converted`;
  return failed(facts, { code: 'PAGES_FAILED', message });
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

async function* pagesOf(
  document: PdfDocument,
  from: number,
  to: number,
  profile: PdfProfile,
  context: Context,
): AsyncGenerator<PageResult> {
  for (let page = from; page <= to; page++) {
    context.signal.throwIfAborted();
    context.stage(`pdf: page ${page}`);
    yield await convertPage(document, page, profile);
  }
}

/** Without the time each took: a redelivered item must write the same bytes. */
async function* jsonLines(pages: AsyncIterable<PageResult>): AsyncGenerator<string> {
  for await (const page of pages) yield `${JSON.stringify({ ...page, ms: 0 })}\n`;
}

function pageItems(member: ZipMember, pages: number, profile: PdfProfile): Item<CanvasData>[] {
  const items: Item<CanvasData>[] = [];
  for (let from = 1; from <= pages; from += PAGES_PER_ITEM) {
    const to = Math.min(from + PAGES_PER_ITEM - 1, pages);
    const id = `pages ${padded(from)}-${padded(to)}`;
    // an item reads the whole file, but on a warm function only once: its share of the bytes packs neighbours together
    const bytes = Math.ceil((member.compressedBytes * (to - from + 1)) / pages);
    const identity = `${member.bytes}-${member.crc32}-${from}-${to}`;
    items.push({ id, identity, bytes, data: { type: 'pages', member, from, to, profile } });
  }
  return items;
}

function pagesPath(data: PagesData): string {
  return `pages/${data.member.name}/${padded(data.from)}-${padded(data.to)}.jsonl`;
}

function padded(page: number): string {
  return String(page).padStart(4, '0');
}

class PageCount {
  pages = 0;
  failed = 0;

  async *over(results: AsyncIterable<PageResult>): AsyncGenerator<PageResult> {
    for await (const result of results) {
      this.pages += 1;
      if (result.status === 'failed') this.failed += 1;
      yield result;
    }
  }

  allFailed(): boolean {
    return this.pages > 0 && this.failed === this.pages;
  }

  detail(): Detail {
    return { pages: this.pages, ...(this.failed === 0 ? {} : { failedPages: this.failed }) };
  }
}
