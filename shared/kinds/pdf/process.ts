import { SmallbatchError } from '../../errors.ts';
import type { Item, Outcome, ProcessContext } from '../../kind.ts';
import { clusterPath, planClusters, toClusterItems } from '../../pdf/clusters.ts';
import { convertPages } from '../../pdf/convert-pages.ts';
import { closeOcr } from '../../pdf/ocr.ts';
import { toPageLines } from '../../pdf/page-lines.ts';
import {
  clipPageRanges,
  countPages,
  formatPageRanges,
  type PageRange,
  toPageNumbers,
} from '../../pdf/page-ranges.ts';
import { PageTally } from '../../pdf/page-tally.ts';
import { encodeText } from '../../text/encode.ts';
import { ZipError } from '../../zip/errors.ts';
import { asReported } from '../../zip-entries.ts';
import { documentOf } from './origin.ts';
import { putDocument } from './outputs.ts';
import type { Origin, PagesData, PdfData, PdfKindOptions } from './schema.ts';
import { toPageJournal, toPdfOptions } from './settings.ts';

type Context = ProcessContext<PdfKindOptions>;

/** Converts a document, or some pages of a long one. */
export async function processItem(item: Item<PdfData>, context: Context): Promise<Outcome<PdfData>> {
  const { data } = item;
  // OCR stays open from one scanned page to the next; any other item may need the memory that it holds
  if (data.type !== 'pages' || !data.hasScans) await closeOcr();
  try {
    switch (data.type) {
      case 'document':
        return await processDocument(data.origin, context);
      case 'pages':
        return await processPages(data, context);
      case 'other':
        return { type: 'done', outputs: [], detail: { status: 'unsupported' } };
      default:
        return data satisfies never;
    }
  } catch (error) {
    throw error instanceof ZipError ? asReported(error) : error;
  }
}

/** A short document at once; a long or scanned one expands. */
async function processDocument(origin: Origin, context: Context): Promise<Outcome<PdfData>> {
  const document = documentOf(origin, context);
  const journal = toPageJournal(context);
  const options = toPdfOptions(context.options);
  try {
    const facts = await document.facts(journal);
    const wanted = wantedPages(origin, facts.pages, context.options.pages);
    const plan = planClusters(facts, options.ocr, wanted);
    if (!plan.isAtOnce) {
      const { hasScans } = plan;
      const toData = (range: PageRange) => ({ type: 'pages', origin, ...range, facts, hasScans }) as const;
      return { type: 'expand', items: toClusterItems(plan, facts, origin.bytes, toData) };
    }
    const tally = new PageTally();
    const job = { document, facts, pages: toPageNumbers(wanted), options, journal };
    const results = convertPages(job, context, tally);
    return await putDocument(origin, { results, tally, facts: () => facts }, context);
  } finally {
    document.close();
  }
}

function wantedPages({ name }: Origin, pages: number, asked?: readonly PageRange[]): PageRange[] {
  const wanted = clipPageRanges(asked ?? [{ from: 1, to: pages }], pages);
  if (countPages(wanted) > 0) return wanted;
  throw new SmallbatchError(
    'OPTIONS_INVALID',
    `${name}: pages: expected pages from 1 to ${pages}, found ${formatPageRanges(asked ?? [])}`,
  );
}

/** The output is one line of JSON per page, for `join`. */
async function processPages(data: PagesData, context: Context): Promise<Outcome<PdfData>> {
  const { origin, facts } = data;
  const document = documentOf(origin, context, facts.sha256);
  try {
    const tally = new PageTally();
    const options = toPdfOptions(context.options);
    const journal = toPageJournal(context);
    const job = { document, facts, pages: toPageNumbers([data]), options, journal };
    const lines = toPageLines(convertPages(job, context, tally));
    const output = await context.put(clusterPath(origin.path, data), encodeText(lines), 'application/jsonl');
    return { type: 'done', outputs: [output], detail: tally.detail() };
  } finally {
    document.close();
  }
}
