import { SmallbatchError } from '../../errors.ts';
import type { Detail } from '../../kind.ts';
import { formatPageRanges, toPageRanges } from '../page-ranges.ts';
import type { PageResult } from '../page-result.ts';
import { addVision, type VisionTotals } from '../vision/totals.ts';

/** Below this, the library marks a page in the Markdown. */
const LOW_CONFIDENCE = 0.65;
/** What a result's line says about failures; the page records have them all. */
const ERROR_CHARS = 300;
const LIST_CHARS = 500;

/** Counts page results. */
export class PageTally {
  readonly #failed: number[] = [];
  readonly #low: number[] = [];
  readonly #statuses = new Map<PageResult['status'], number>();
  #pages = 0;
  #cached = 0;
  #vision: VisionTotals | undefined;
  #error: string | undefined;
  /** Of the first page that was converted worse than it should have been (OCR was not possible). */
  #warning: string | undefined;

  /** Counts a page and gives it back. */
  see(result: PageResult): PageResult {
    const { page, status, confidence, error } = result;
    this.#pages += 1;
    this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1);
    if (status === 'failed') {
      this.#failed.push(page);
      this.#error ??= `page ${page}: ${error ?? 'unknown reason'}`;
    } else {
      if (confidence < LOW_CONFIDENCE) this.#low.push(page);
      if (error !== undefined) this.#warning ??= `page ${page}: ${error}`;
    }
    this.#vision = addVision(this.#vision, result);
    return result;
  }

  async *over(results: AsyncIterable<PageResult>): AsyncGenerator<PageResult> {
    for await (const result of results) yield this.see(result);
  }

  /** Pages that came from the journal. */
  addCached(pages: number): void {
    this.#cached += pages;
  }

  /** Was any page converted? */
  get hasText(): boolean {
    return this.#failed.length < this.#pages;
  }

  count(status: PageResult['status']): number {
    return this.#statuses.get(status) ?? 0;
  }

  statuses(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#statuses].sort());
  }

  /** Throws PAGES_FAILED where not one page could be converted. */
  check(name: string): void {
    if (this.#pages === 0 || this.#failed.length < this.#pages) return;
    throw new SmallbatchError(
      'PAGES_FAILED',
      `${name}: none of its ${this.#pages} pages could be converted; ${this.#error?.slice(0, ERROR_CHARS)}`,
    );
  }

  /** Pages that are missing in the Markdown, and pages whose text is not to be trusted, as `3-7,9`. */
  lists(): { readonly missing: string; readonly lowConfidence: string } {
    return {
      missing: formatPageRanges(toPageRanges(this.#failed)),
      lowConfidence: formatPageRanges(toPageRanges(this.#low)),
    };
  }

  detail(): Detail {
    const { missing, lowConfidence } = this.lists();
    const { failedPages = 0, inputTokens = 0, outputTokens = 0, cost = 0 } = this.#vision ?? {};
    const facts = {
      failedPages: this.#failed.length,
      missingPages: shortened(missing),
      ocrPages: this.count('ocr'),
      visionPages: this.count('vision'),
      visionFailedPages: failedPages,
      visionTokens: inputTokens + outputTokens,
      visionCost: cost,
      blankPages: this.count('blank'),
      lowConfidencePages: shortened(lowConfidence),
      cachedPages: this.#cached,
      warning: this.#warning?.slice(0, ERROR_CHARS) ?? '',
    };
    const told = Object.entries(facts).filter(([, value]) => value !== 0 && value !== '');
    return { pages: this.#pages, ...Object.fromEntries(told) };
  }
}

function shortened(list: string): string {
  return list.length <= LIST_CHARS ? list : `${list.slice(0, LIST_CHARS).replace(/,[^,]*$/, '')}, …`;
}
