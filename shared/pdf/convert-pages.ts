/** Converts some pages of a document, each only if the journal does not have it. */
import type { DocumentFile } from './document-file.ts';
import type { DocumentFacts } from './facts.ts';
import { hasLostContent } from './lost-content.ts';
import { convertPage, type PageResult, type PdfOptions } from './page.ts';
import type { PageJournal } from './page-journal.ts';
import type { PageTally } from './page-tally.ts';

export interface PagesJob {
  readonly document: DocumentFile;
  readonly facts: Pick<DocumentFacts, 'sha256' | 'profile'>;
  /** Ascending, and few: what the journal has of them is held at once. */
  readonly pages: readonly number[];
  readonly options: PdfOptions;
  readonly journal: PageJournal | undefined;
}

export interface PagesContext {
  readonly signal: AbortSignal;
  stage(name: string): void;
}

/**
 * The pages in order, one in memory at a time, counted by `tally`; a bad page is a result like any other. Each is in the
 * journal before the next begins. Where an earlier attempt ended among them, the page that it ended at comes after all
 * others: if that page never ends, it costs itself alone.
 */
export async function* convertPages(
  job: PagesJob,
  context: PagesContext,
  tally: PageTally,
): AsyncGenerator<PageResult> {
  const { facts, pages, journal } = job;
  const known = (await journal?.readPages(facts.sha256, pages)) ?? new Map<number, PageResult>();
  tally.addCached(known.size);
  if (known.size > 0) {
    const [, ...others] = pages.filter((page) => !known.has(page));
    for (const page of others) known.set(page, await convertOne(page, job, context));
  }
  for (const page of pages) {
    yield tally.see(known.get(page) ?? (await convertOne(page, job, context)));
    known.delete(page);
  }
}

async function convertOne(page: number, job: PagesJob, { signal, stage }: PagesContext): Promise<PageResult> {
  const { facts, options, journal } = job;
  signal.throwIfAborted();
  const document = await job.document.open();
  stage(`pdf: page ${page}`);
  const converted = await convertPage(document, page, facts.profile, options);
  const isLost = converted.status === 'blank' && hasLostContent(document, page);
  const result = isLost ? lost(converted) : converted;
  const rounded = { ...result, ms: Math.round(result.ms * 10) / 10 };
  await journal?.writePage(facts.sha256, rounded);
  return rounded;
}

function lost({ page, ms }: PageResult): PageResult {
  const error = 'the file does not have its content: it is cut off or damaged';
  return { page, status: 'failed', method: 'none', confidence: 0, ms, markdown: '', error };
}
