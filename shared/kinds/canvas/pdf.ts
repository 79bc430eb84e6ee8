import { SmallbatchError } from '../../errors.ts';
import type { Outcome, ProcessContext } from '../../kind.ts';
import { joinPages } from '../../pdf/markdown/join.ts';
import { type PageRange, toPageNumbers } from '../../pdf/page-ranges.ts';
import type { PageResult } from '../../pdf/page-result.ts';
import { clusterPath, planClusters, toClusterItems } from '../../pdf/pages/clusters.ts';
import { convertPages } from '../../pdf/pages/convert-pages.ts';
import { toPageLines } from '../../pdf/pages/lines.ts';
import { PageTally } from '../../pdf/pages/tally.ts';
import { encodeText } from '../../text/encode.ts';
import type { CanvasOptions } from './options.ts';
import { converted, documentTitle, MARKDOWN } from './outcome.ts';
import { documentOf, pageJournal, pdfOptions } from './pdf-pages.ts';
import type { CanvasData, MemberData, PagesData } from './schema.ts';

type Context = ProcessContext<CanvasOptions>;

/** Converts a short PDF at once and expands a long or scanned one. One page is in memory at a time. */
export async function processPdf(file: MemberData, context: Context): Promise<Outcome<CanvasData>> {
  const document = documentOf(file.member, context);
  const journal = pageJournal(context);
  const options = pdfOptions(context.options);
  try {
    const facts = await document.facts(journal);
    const plan = planClusters(facts, options.ocr);
    if (!plan.isAtOnce) {
      const { member } = file;
      const { hasScans } = plan;
      const toData = (range: PageRange) => ({ type: 'pages', member, ...range, facts, hasScans }) as const;
      return { type: 'expand', items: toClusterItems(plan, facts, member.compressedBytes, toData) };
    }
    const tally = new PageTally();
    const pages = toPageNumbers([{ from: 1, to: facts.pages }]);
    const results = convertPages({ document, facts, pages, options, journal }, context, tally);
    return await putDocument(file, { pages: results, tally, title: () => facts.metadata.title }, context);
  } finally {
    document.close();
  }
}

/** Converts some pages of a long PDF; its output is one line of JSON per page, for `join`. */
export async function processPages(data: PagesData, context: Context): Promise<Outcome<CanvasData>> {
  const { member, facts } = data;
  const document = documentOf(member, context, facts.sha256);
  const journal = pageJournal(context);
  const options = pdfOptions(context.options);
  try {
    const tally = new PageTally();
    const pages = toPageNumbers([data]);
    const results = untimed(convertPages({ document, facts, pages, options, journal }, context, tally));
    const path = clusterPath(member.name, data);
    const output = await context.put(path, encodeText(toPageLines(results)), 'application/jsonl');
    return {
      type: 'done',
      outputs: [output],
      detail: { ...documentTitle(facts.metadata.title), ...tally.detail() },
    };
  } finally {
    document.close();
  }
}

/** A document's pages on their way to its readers; `tally` has counted them when they have passed. */
export interface DocumentPages {
  readonly pages: AsyncIterable<PageResult>;
  readonly tally: PageTally;
  /** Known when the pages have passed. */
  title(): string | undefined;
}

/**
 * Writes joined pages as the file's Markdown; pages that failed are marked in it. Where all failed, nothing is written, so that an earlier
 * version stays.
 */
export async function putDocument(
  { member, listing }: MemberData,
  document: DocumentPages,
  context: Context,
): Promise<Outcome<CanvasData>> {
  try {
    const output = await context.put(listing.output, encodeText(markdownOf(member.name, document)), MARKDOWN);
    return converted(output, { ...documentTitle(document.title()), ...document.tally.detail() });
  } catch (error) {
    if (!(error instanceof SmallbatchError) || error.code !== 'PAGES_FAILED') throw error;
    const { code, message } = error;
    return { type: 'done', outputs: [], detail: document.tally.detail(), failure: { code, message } };
  }
}

/** A stream that throws is not stored. */
async function* markdownOf(name: string, { pages, tally }: DocumentPages): AsyncGenerator<string> {
  yield* joinPages(pages);
  tally.check(name);
}

/** Without the time each took: a redelivered item must write the same bytes. */
async function* untimed(pages: AsyncIterable<PageResult>): AsyncGenerator<PageResult> {
  for await (const page of pages) yield { ...page, ms: 0 };
}
