/** Converts many pages, in order, with several at the vision model while the next ones are read. */
import { pMapIterable } from 'p-map';
import type { PdfDocument } from './document.ts';
import type { PdfProfile } from './facts-schema.ts';
import { checkTools } from './page.ts';
import type { PageResult } from './page-result.ts';
import { type BegunPage, beginPage, finishPage } from './page-steps.ts';
import type { PdfOptions, PdfTools } from './pdf-options.ts';

/** Enough to hide a model's seconds behind each other; few enough for its rate limits. */
const DEFAULT_CONCURRENCY = 4;

export interface PagesToConvert {
  readonly document: PdfDocument;
  /** From 1, in any order. */
  readonly pages: Iterable<number>;
  readonly profile: PdfProfile;
  readonly options?: PdfOptions;
  readonly tools?: PdfTools;
  /** Called with each page as soon as it is converted, in whatever order; its turn comes when this has ended. */
  readonly keep?: (result: PageResult) => Promise<void>;
}

/**
 * Results in the order of `pages`. Reading and OCR are one page at a time; at most `vision.concurrency` pages are with the
 * model, each with its picture, and no more results than that wait for an earlier one. When the caller stops, calls to the
 * model are ended and waited for, so that the document may be closed. Throws what `convertPage` throws.
 */
export async function* convertInOrder(job: PagesToConvert): AsyncGenerator<PageResult> {
  const { options = {}, tools = {}, keep } = job;
  checkTools(options, tools);
  const stop = new AbortController();
  const signal = tools.signal ? AbortSignal.any([tools.signal, stop.signal]) : stop.signal;
  const begun = begin({ ...job, options, tools: { ...tools, signal } });
  const atWork = new Set<Promise<PageResult>>();
  const finish = (page: BegunPage): Promise<PageResult> => {
    const work = finishAndKeep(page, keep).finally(() => atWork.delete(work));
    atWork.add(work);
    return work;
  };
  const usesVision = (options.vision?.mode ?? 'off') !== 'off';
  const concurrency = usesVision ? (options.vision?.concurrency ?? DEFAULT_CONCURRENCY) : 1;
  try {
    yield* pMapIterable(begun, finish, { concurrency });
  } finally {
    stop.abort();
    await begun.return(undefined);
    await Promise.allSettled(atWork);
  }
}

async function finishAndKeep(page: BegunPage, keep: PagesToConvert['keep']): Promise<PageResult> {
  const result = await finishPage(page);
  await keep?.(result);
  return result;
}

async function* begin(job: Required<Omit<PagesToConvert, 'keep'>>): AsyncGenerator<BegunPage, undefined> {
  const { document, profile, options, tools } = job;
  for (const page of job.pages) yield await beginPage({ document, page, profile, options, tools });
}
