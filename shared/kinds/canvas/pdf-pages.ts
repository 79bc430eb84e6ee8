import { SmallbatchError } from '../../errors.ts';
import type { Detail, Item } from '../../kind.ts';
import type { PdfDocument } from '../../pdf/document.ts';
import { convertPage, type PageResult, type PdfOptions } from '../../pdf/page.ts';
import type { PdfProfile } from '../../pdf/profile.ts';
import type { ZipMember } from '../../zip/archive.ts';
import type { PdfPlan } from './pdf-plan.ts';
import type { CanvasData, CanvasOptions, PagesData } from './schema.ts';

export interface PageRange {
  readonly from: number;
  readonly to: number;
  readonly profile: PdfProfile;
}

export interface PageHooks {
  readonly options: CanvasOptions;
  readonly signal: AbortSignal;
  stage(name: string): void;
}

/** Converts a range of pages (from 1, both ends included), one at a time; a bad page is a result like any other. */
export async function* convertPages(
  document: PdfDocument,
  { from, to, profile }: PageRange,
  { options, signal, stage }: PageHooks,
): AsyncGenerator<PageResult> {
  const settings: PdfOptions = { ocr: options.ocr, ocrLanguages: options.ocrLanguages };
  for (let page = from; page <= to; page++) {
    signal.throwIfAborted();
    stage(`pdf: page ${page}`);
    yield await convertPage(document, page, profile, settings);
  }
}

/** The items that a long PDF expands into. */
export function pageItems(
  member: ZipMember,
  pages: number,
  profile: PdfProfile,
  plan: PdfPlan,
): Item<CanvasData>[] {
  const { pagesPerItem, hasScans } = plan;
  const items: Item<CanvasData>[] = [];
  for (let from = 1; from <= pages; from += pagesPerItem) {
    const to = Math.min(from + pagesPerItem - 1, pages);
    const id = `pages ${padded(from)}-${padded(to)}`;
    // an item reads the whole file, but on a warm function only once: its share of the bytes packs neighbours together
    const bytes = Math.ceil((member.compressedBytes * (to - from + 1)) / pages);
    const identity = `${member.bytes}-${member.crc32}-${from}-${to}`;
    items.push({ id, identity, bytes, data: { type: 'pages', member, from, to, profile, hasScans } });
  }
  return items;
}

/** Where the pages of an item wait for `join`. */
export function pagesPath({ member, from, to }: PagesData): string {
  return `pages/${member.name}/${padded(from)}-${padded(to)}.jsonl`;
}

/** `pages 0021-0040` as numbers. Throws JOIN_FAILED for another id. */
export function rangeOfId(id: string): { readonly from: number; readonly to: number } {
  const [, from, to] = /^pages (\d+)-(\d+)$/.exec(id) ?? [];
  if (from === undefined || to === undefined)
    throw new SmallbatchError('JOIN_FAILED', `expected an id like "pages 0001-0020", found "${id}"`);
  return { from: Number(from), to: Number(to) };
}

function padded(page: number): string {
  return String(page).padStart(4, '0');
}

/** Counts page results that pass through. */
export class PageCount {
  #pages = 0;
  #failed = 0;
  #ocr = 0;
  /** Of the first page that was converted worse than it should have been (OCR was not possible). */
  #warning: string | undefined;

  async *over(results: AsyncIterable<PageResult>): AsyncGenerator<PageResult> {
    for await (const result of results) {
      this.#pages += 1;
      if (result.status === 'failed') this.#failed += 1;
      else if (result.error !== undefined) this.#warning ??= `page ${result.page}: ${result.error}`;
      if (result.status === 'ocr') this.#ocr += 1;
      yield result;
    }
  }

  /** Throws PAGES_FAILED where not one page could be converted. */
  check(name: string): void {
    if (this.#pages === 0 || this.#failed < this.#pages) return;
    throw new SmallbatchError('PAGES_FAILED', `${name}: none of its ${this.#pages} pages could be converted`);
  }

  detail(): Detail {
    return {
      pages: this.#pages,
      ...(this.#failed === 0 ? {} : { failedPages: this.#failed }),
      ...(this.#ocr === 0 ? {} : { ocrPages: this.#ocr }),
      ...(this.#warning === undefined ? {} : { warning: this.#warning }),
    };
  }
}
