/** The size of the running text, and whether it is hyphenated. */
import { lineText, type PageContent, regionsOf } from '../read/words.ts';

/** Sizes in half points. */
const STEPS_PER_PT = 2;
const DEFAULT_SIZE_PT = 10;
/** From this share of line ends on, hyphens there come from hyphenation. */
const HYPHENATED_SHARE = 0.02;

export function countBody(): {
  add(content: PageContent): void;
  result(): { bodySize: number; hyphenates: boolean };
} {
  const chars = new Map<number, number>();
  let lines = 0;
  let hyphens = 0;
  return {
    add(content) {
      for (const line of regionsOf(content).flatMap(({ lines: own }) => own)) {
        const text = lineText(line);
        const size = Math.round(line.size * STEPS_PER_PT) / STEPS_PER_PT;
        chars.set(size, (chars.get(size) ?? 0) + text.length);
        if (text.length < 20) continue;
        lines += 1;
        if (/\p{Ll}[-\u2010\u00ad]$/u.test(text)) hyphens += 1;
      }
    },
    result() {
      let best = { size: DEFAULT_SIZE_PT, count: 0 };
      for (const [size, count] of chars) if (count > best.count) best = { size, count };
      return { bodySize: best.size, hyphenates: hyphens > lines * HYPHENATED_SHARE };
    },
  };
}
