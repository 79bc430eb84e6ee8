/** Counts the styles of a document's lines and tells body from headings. */
import type { Line } from './words.ts';

export interface StyleCount {
  readonly size: number;
  readonly bold: boolean;
  /** Characters set in it, and lines of it that could be headings. */
  chars: number;
  lines: number;
  chances: number;
}

export interface HeadingStyle {
  readonly size: number;
  readonly bold: boolean;
}

/** Headings are short; a long line in a large size is a pull quote or an abstract. */
const MAX_HEADING_CHARS = 160;
/** Larger than the body by this factor counts as a heading's size. */
const LARGER = 1.08;
const MAX_LEVELS = 6;

/** A size as styles compare it: half points. */
export function styleSize(size: number): number {
  return Math.round(size * 2) / 2;
}

export function newStyleCount(): {
  add(line: Line, text: string): void;
  result(): { bodySize: number; counts: readonly StyleCount[] };
} {
  const counts = new Map<string, StyleCount>();
  return {
    add(line, text) {
      const size = styleSize(line.size);
      const key = `${size}/${line.face.bold}`;
      const count = counts.get(key) ?? { size, bold: line.face.bold, chars: 0, lines: 0, chances: 0 };
      count.chars += text.length;
      count.lines += 1;
      if (text.length <= MAX_HEADING_CHARS && /\p{L}/u.test(text)) count.chances += 1;
      counts.set(key, count);
    },
    result() {
      const all = [...counts.values()];
      return { bodySize: bodySizeOf(all), counts: all };
    },
  };
}

/** The size of the most characters, weights taken together. 10 where there is no text. */
function bodySizeOf(counts: readonly StyleCount[]): number {
  const bySize = new Map<number, number>();
  for (const { size, chars } of counts) bySize.set(size, (bySize.get(size) ?? 0) + chars);
  let best = { size: 10, chars: 0 };
  for (const [size, chars] of bySize) if (chars > best.chars) best = { size, chars };
  return best.size;
}

/** Larger sizes first, bold before light at one size, bold at body size last. */
export function headingStyles(counts: readonly StyleCount[], bodySize: number): HeadingStyle[] {
  return counts
    .filter(({ size, bold, chances, chars }) => {
      if (chances === 0 || chars / Math.max(1, chances) > MAX_HEADING_CHARS) return false;
      return size > bodySize * LARGER || (bold && size >= bodySize);
    })
    .map(({ size, bold }) => ({ size, bold }))
    .sort((a, b) => b.size - a.size || Number(b.bold) - Number(a.bold))
    .slice(0, MAX_LEVELS);
}
