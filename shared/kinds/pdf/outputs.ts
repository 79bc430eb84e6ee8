import { newFailure, SmallbatchError, toFailure } from '../../errors.ts';
import { toJsonLine } from '../../json/lines.ts';
import type { Detail, Failure, Outcome, Output, ProcessContext } from '../../kind.ts';
import { toFrontMatter } from '../../pdf/markdown/front-matter.ts';
import { joinPages } from '../../pdf/markdown/join.ts';
import { formatPageRanges, type PageRange, pagesBeyond } from '../../pdf/page-ranges.ts';
import type { PageResult } from '../../pdf/page-result.ts';
import type { PageTally } from '../../pdf/pages/tally.ts';
import { encodeText } from '../../text/encode.ts';
import type { ToldFacts } from './cluster-facts.ts';
import type { Origin, PdfData, PdfKindOptions } from './schema.ts';

const REPAIRED = 'the file is damaged; what was found in it was read, and some of it may be lost';

/** A document's pages on their way to its readers; `tally` has counted them when they have passed. */
export interface ConvertedDocument {
  readonly results: AsyncIterable<PageResult>;
  readonly tally: PageTally;
  /** Its pictures, asked for when the pages have passed. */
  figures(): Promise<readonly Output[]>;
  readonly facts: ToldFacts;
  /** Counts of all pages before the first has passed. */
  counted(): Promise<PageTally>;
}

/**
 * Writes a document's Markdown, and beside it a list of its pages that begins with what is missing. Where all pages failed,
 * nothing is written, so that an earlier version stays.
 */
export async function putDocument(
  origin: Origin,
  document: ConvertedDocument,
  context: ProcessContext<PdfKindOptions>,
): Promise<Outcome<PdfData>> {
  const { options } = context;
  const records: string[] = [];
  try {
    const text = encodeText(markdownOf(origin, document, options, records));
    const markdown = await context.put(`${origin.path}.md`, text, 'text/markdown; charset=utf-8');
    const lines = [toJsonLine(headOf(origin, document, options)), ...records];
    const list = await context.put(`${origin.path}.pages.jsonl`, encodeText(lines), 'application/jsonl');
    const figures = await document.figures();
    const outputs = [markdown, list, ...figures];
    return { type: 'done', outputs, detail: detailOf(document), failure: failureOf(origin, document.tally) };
  } catch (error) {
    if (!(error instanceof SmallbatchError) || error.code !== 'PAGES_FAILED') throw error;
    return { type: 'done', outputs: [], detail: detailOf(document), failure: toFailure(error) };
  }
}

/** Readers get the document with what is missing marked in it, and the next run tries those pages again. */
function failureOf({ name }: Origin, tally: PageTally): Failure | undefined {
  const { missing } = tally.lists();
  if (missing === '') return undefined;
  const message = `${name}: expected every page to be converted, found that ${missing} could not be`;
  return newFailure('PAGES_FAILED', message);
}

/** A stream that throws is not stored. */
async function* markdownOf(
  { name }: Origin,
  document: ConvertedDocument,
  options: PdfKindOptions,
  records: string[],
): AsyncGenerator<string> {
  if (options.frontMatter === 'on') yield frontMatterOf(name, document.facts, await document.counted());
  yield* joinPages(recorded(document.results, records));
  document.tally.check(name);
  const beyond = beyondEnd(document, options.pages);
  if (beyond !== '')
    yield `\n<!-- pages ${beyond} were asked for; the document has ${document.facts.pages} -->\n`;
}

function frontMatterOf(source: string, { metadata, pages }: ToldFacts, counts: PageTally): string {
  return toFrontMatter({
    ...metadata,
    source,
    pages,
    pagesFailed: counts.count('failed'),
    pagesOcr: counts.count('ocr'),
    pagesVision: counts.count('vision'),
  });
}

/** Keeps what is known of each page beside its text, about 100 bytes. */
async function* recorded(results: AsyncIterable<PageResult>, records: string[]): AsyncGenerator<PageResult> {
  for await (const result of results) {
    const { markdown: _, ...record } = result;
    records.push(toJsonLine(record));
    yield result;
  }
}

/** The list's first line. */
function headOf({ name }: Origin, document: ConvertedDocument, { pages: asked }: PdfKindOptions): Detail {
  const { sha256, pages, metadata, isRepaired } = document.facts;
  return {
    document: name,
    sha256,
    ...metadata,
    pages,
    ...(isRepaired && { warning: REPAIRED }),
    ...(asked && { asked: formatPageRanges(asked), beyondEnd: beyondEnd(document, asked) }),
    ...document.tally.lists(),
    statuses: document.tally.statuses(),
  };
}

function beyondEnd(document: ConvertedDocument, asked: readonly PageRange[] = []): string {
  return formatPageRanges(pagesBeyond(asked, document.facts.pages));
}

function detailOf({ facts, tally }: ConvertedDocument): Detail {
  const { metadata, sha256, isRepaired } = facts;
  return {
    status: tally.hasText ? 'converted' : 'failed',
    sha256,
    documentTitle: metadata.title,
    ...(isRepaired && { warning: REPAIRED }),
    ...tally.detail(),
  };
}
