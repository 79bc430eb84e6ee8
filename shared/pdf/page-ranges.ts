/** Pages from 1, both ends included. */
export interface PageRange {
  readonly from: number;
  readonly to: number;
}

/** More than any document has, and still an exact number. */
const PAGE_DIGITS = 7;
const PART = new RegExp(`^\\s*(\\d{1,${PAGE_DIGITS}})(?:\\s*-\\s*(\\d{1,${PAGE_DIGITS}}))?\\s*$`);

/**
 * `3-7,9` as ranges in ascending order, merged where they touch.
 * @throws RangeError
 */
export function parsePageRanges(text: string): PageRange[] {
  return merged(text.split(',').map(parsePart));
}

function parsePart(part: string): PageRange {
  const [, first, last = first] = PART.exec(part) ?? [];
  const from = Number(first);
  const to = Number(last);
  if (from >= 1 && to >= from) return { from, to };
  throw new RangeError(`expected pages from 1, such as 3-7 or 1,4-6, found "${part}"`);
}

/** Page numbers as ranges. */
export function toPageRanges(pages: Iterable<number>): PageRange[] {
  return merged(Array.from(pages, (page) => ({ from: page, to: page })));
}

function merged(ranges: readonly PageRange[]): PageRange[] {
  const result: PageRange[] = [];
  for (const { from, to } of ranges.toSorted((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last && from <= last.to + 1) result.splice(-1, 1, { from: last.from, to: Math.max(last.to, to) });
    else result.push({ from, to });
  }
  return result;
}

/** The ranges of pages that a document of `pages` pages has. */
export function clipPageRanges(ranges: readonly PageRange[], pages: number): PageRange[] {
  return ranges
    .filter(({ from }) => from <= pages)
    .map(({ from, to }) => ({ from, to: Math.min(to, pages) }));
}

/** Those that a document of `pages` pages does not have. */
export function pagesBeyond(ranges: readonly PageRange[], pages: number): PageRange[] {
  return ranges
    .filter(({ to }) => to > pages)
    .map(({ from, to }) => ({ from: Math.max(from, pages + 1), to }));
}

export function toPageNumbers(ranges: readonly PageRange[]): number[] {
  return ranges.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, index) => from + index));
}

export function countPages(ranges: readonly PageRange[]): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0);
}

/** Pieces of at most `size` pages each. */
export function cutPageRanges(ranges: readonly PageRange[], size: number): PageRange[] {
  return ranges.flatMap(({ from, to }) =>
    Array.from({ length: Math.ceil((to - from + 1) / size) }, (_, piece) => {
      const start = from + piece * size;
      return { from: start, to: Math.min(start + size - 1, to) };
    }),
  );
}

/** The form that `parsePageRanges` reads. */
export function formatPageRanges(ranges: readonly PageRange[]): string {
  return ranges.map(({ from, to }) => (from === to ? String(from) : `${from}-${to}`)).join(',');
}
