/**
 * Levels of headings where the sizes are those of a known producer's style sheet: a document that goes from `#` to `###`
 * keeps its gap. Everything else is ranked.
 */
import type { HeadingStyle } from './blocks.ts';

interface Rung {
  readonly level: number;
  /** In parts of the body size, or in points. */
  readonly em?: number;
  readonly pt?: number;
  readonly bold: boolean;
}

/** The HTML standard's sheet, "15.3.6 Sections and headings": browsers print by it. */
const BROWSER: readonly Rung[] = [2, 1.5, 1.17, 1].map((em, index) => ({ level: index + 1, em, bold: true }));

/** LaTeX's `article` at 10 and 11 pt: a light title in \LARGE, then \Large, \large and \normalsize in bold. */
const ARTICLE: readonly Rung[] = [
  { level: 1, pt: 17.28, bold: false },
  { level: 2, pt: 14.35, bold: true },
  { level: 3, pt: 11.96, bold: true },
  { level: 4, em: 1, bold: true },
];

/** Sizes of styles are in half points, and so is the body's. */
const ROUNDING_PT = 0.3;
/** One size alone fits any ladder. */
const MIN_STYLES = 2;
/** Writers leave out one level, not two: a title and bold lines are no first and fourth level. */
const MAX_STEP = 2;

/** The level of each style, if all of them stand on one ladder from its top on; else undefined. */
export function ladderLevels(ranks: readonly HeadingStyle[], bodySize: number): number[] | undefined {
  if (ranks.length < MIN_STYLES) return undefined;
  for (const ladder of [BROWSER, ARTICLE]) {
    const levels = ranks.flatMap((style) => levelOn(ladder, style, bodySize) ?? []);
    if (levels.length === ranks.length && levels.every((level, index) => isNext(levels[index - 1], level)))
      return levels;
  }
  return undefined;
}

function isNext(before: number | undefined, level: number): boolean {
  return before === undefined ? level === 1 : level > before && level - before <= MAX_STEP;
}

function levelOn(ladder: readonly Rung[], style: HeadingStyle, bodySize: number): number | undefined {
  return ladder.find(({ em, pt, bold }) => {
    const size = pt ?? (em ?? 1) * bodySize;
    return bold === style.bold && !style.italic && Math.abs(size - style.size) <= ROUNDING_PT;
  })?.level;
}
