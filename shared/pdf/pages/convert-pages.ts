/** Converts some pages of a document, each only if the journal does not have it. */

import type { DocumentFacts } from '../facts-schema.ts';
import type { PageResult } from '../page-result.ts';
import { convertInOrder } from '../pages-in-order.ts';
import type { PdfOptions, PdfTools } from '../pdf-options.ts';
import type { DocumentFile } from './document-file.ts';
import type { PageJournal } from './journal.ts';
import type { PageTally } from './tally.ts';

export interface PagesJob {
  readonly document: DocumentFile;
  readonly facts: Pick<DocumentFacts, 'sha256' | 'profile'>;
  /** Ascending, and few: what the journal has of them is held at once. */
  readonly pages: readonly number[];
  readonly options: PdfOptions;
  readonly tools?: Omit<PdfTools, 'signal'>;
  readonly journal: PageJournal | undefined;
  /** Puts what belongs to a page of the journal beside its Markdown (pictures) in place; false if it can't. */
  restore?(page: PageResult): Promise<boolean>;
}

export interface PagesContext {
  readonly signal: AbortSignal;
  stage(name: string): void;
}

/**
 * The pages in order, one in memory at a time, counted by `tally`; a bad page is a result like any other. Each is in the
 * journal as soon as it is converted. Where an earlier attempt ended among them, the page that it ended at comes after all
 * others: if that page never ends, it costs itself alone.
 */
export async function* convertPages(
  job: PagesJob,
  context: PagesContext,
  tally: PageTally,
): AsyncGenerator<PageResult> {
  const known = await readKnown(job);
  tally.addCached(known.size);
  const missing = job.pages.filter((page) => !known.has(page));
  const others = known.size > 0 ? missing.splice(1) : [];
  for await (const result of convertMissing(others, job, context)) known.set(result.page, result);
  const rest = convertMissing(missing, job, context);
  try {
    for (const page of job.pages) {
      const result = known.get(page) ?? (await rest.next()).value;
      known.delete(page);
      if (result) yield tally.see(result);
    }
  } finally {
    await rest.return(undefined);
  }
}

async function readKnown({ journal, facts, pages, restore }: PagesJob): Promise<Map<number, PageResult>> {
  const known = (await journal?.readPages(facts.sha256, pages)) ?? new Map<number, PageResult>();
  if (!restore) return known;
  for (const [page, result] of known) if (!(await restore(result))) known.delete(page);
  return known;
}

/** In the order of `pages`; the document is opened when the first one is asked for. */
async function* convertMissing(
  pages: readonly number[],
  job: PagesJob,
  context: PagesContext,
): AsyncGenerator<PageResult, undefined> {
  if (pages.length === 0) return;
  const { facts, options, journal } = job;
  const document = await job.document.open();
  const tools = { ...job.tools, signal: context.signal };
  const { profile } = facts;
  yield* convertInOrder({
    document,
    pages: staged(pages, context),
    profile,
    options,
    tools,
    keep: async (result) => await journal?.writePage(facts.sha256, result),
  });
}

function* staged(pages: readonly number[], { signal, stage }: PagesContext): Generator<number> {
  for (const page of pages) {
    signal.throwIfAborted();
    stage(`pdf: page ${page}`);
    yield page;
  }
}
