import { SmallbatchError } from '../../errors.ts';
import type { Item, Outcome, Output, ProcessContext } from '../../kind.ts';
import type { DocumentFacts } from '../../pdf/facts-schema.ts';
import { closeOcr } from '../../pdf/ocr/ocr.ts';
import {
  clipPageRanges,
  countPages,
  formatPageRanges,
  type PageRange,
  toPageNumbers,
} from '../../pdf/page-ranges.ts';
import { clusterPath, planClusters, toClusterItems } from '../../pdf/pages/clusters.ts';
import { convertPages } from '../../pdf/pages/convert-pages.ts';
import type { DocumentFile } from '../../pdf/pages/document-file.ts';
import { toPageLines } from '../../pdf/pages/lines.ts';
import { PageTally } from '../../pdf/pages/tally.ts';
import { encodeText } from '../../text/encode.ts';
import { ZipError } from '../../zip/errors.ts';
import { asReported } from '../zip-entries.ts';
import { figureStore } from './figures.ts';
import { documentOf } from './origin.ts';
import { type ConvertedDocument, putDocument } from './outputs.ts';
import type { Origin, PagesData, PdfData, PdfKindOptions } from './schema.ts';
import { toPageJournal, toPdfOptions, toVisionModel } from './settings.ts';

type Context = ProcessContext<PdfKindOptions>;

/** Pages for a vision model take seconds to minutes each: an item has no more than can be with it at once. */
const VISION_PAGES_MAX = 4;

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
  try {
    const facts = await document.facts(toPageJournal(context));
    const wanted = wantedPages(origin, facts.pages, context.options.pages);
    const hasVision = context.options.vision !== 'off';
    const plan = planClusters(facts, context.options.ocr, {
      wanted,
      most: hasVision ? Math.min(context.options.visionConcurrency, VISION_PAGES_MAX) : undefined,
    });
    if (plan.isAtOnce) {
      const converted = { document, origin, facts, pages: toPageNumbers(wanted) };
      return await withPages(converted, context, (pages) => putDocument(origin, pages, context));
    }
    const hasScans = plan.hasScans || hasVision;
    const toData = (range: PageRange) => ({ type: 'pages', origin, ...range, facts, hasScans }) as const;
    return { type: 'expand', items: toClusterItems(plan, facts, origin.bytes, toData) };
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

/** The first output is one line of JSON per page, for `join`; pictures follow. */
async function processPages(data: PagesData, context: Context): Promise<Outcome<PdfData>> {
  const { origin, facts } = data;
  const document = documentOf(origin, context, facts.sha256);
  const path = clusterPath(origin.path, data);
  try {
    const converted = { document, origin, facts, pages: toPageNumbers([data]) };
    return await withPages(converted, context, async ({ results, tally, figures }) => {
      const output = await context.put(path, encodeText(toPageLines(results)), 'application/jsonl');
      return { type: 'done', outputs: [output, ...(await figures())], detail: tally.detail() };
    });
  } finally {
    document.close();
  }
}

interface Wanted {
  readonly document: DocumentFile;
  readonly origin: Origin;
  readonly facts: DocumentFacts;
  readonly pages: readonly number[];
}

/** Converts pages with the tools that the options ask for; `use` takes them while those are there. */
async function withPages<T>(
  { document, origin, facts, pages }: Wanted,
  context: Context,
  use: (converted: ConvertedDocument) => Promise<T>,
): Promise<T> {
  const journal = toPageJournal(context);
  const { outputs, putFigure, restore } = figureStore(origin, facts.sha256, journal, context);
  const vision = await toVisionModel(context);
  try {
    const options = toPdfOptions(context.options);
    const job = { document, facts, pages, options, tools: { vision, putFigure }, journal, restore };
    const tally = new PageTally();
    const results = convertPages(job, context, tally);
    const figures = async (): Promise<readonly Output[]> => outputs;
    if (context.options.frontMatter === 'off') {
      return await use({ results, tally, facts, figures, counted: async () => tally });
    }
    const held = await Array.fromAsync(results);
    return await use({ results: toAsync(held), tally, facts, figures, counted: async () => tally });
  } finally {
    await vision?.close();
  }
}

async function* toAsync<T>(values: Iterable<T>): AsyncGenerator<T> {
  yield* values;
}
