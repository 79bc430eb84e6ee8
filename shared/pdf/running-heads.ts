/** Running heads, feet and page numbers: text near the page's edge that repeats over the pages. */
import { type Line, lineText, type PageContent } from './words.ts';

/** Heads and feet lie in these parts of the page's height. */
const HEAD_ZONE = 0.12;
const FOOT_ZONE = 0.88;
/** Only so many of a page's outermost lines can be heads or feet. */
const EDGE_LINES = 4;
/** A text on at least this part of the sampled pages repeats … */
const MIN_SHARE = 0.08;
/** … and on at least this many. */
const MIN_PAGES = 3;
const MAX_KEYS = 40;
const MAX_KEY_CHARS = 80;

/** Where a line stands and what it says, digits as `#` so that page numbers repeat; undefined outside the zones. */
export function runningKey(line: Line, height: number): string | undefined {
  const zone = line.y1 < height * HEAD_ZONE ? 'head' : line.y0 > height * FOOT_ZONE ? 'foot' : undefined;
  if (!zone) return undefined;
  const text = lineText(line)
    .replace(/\d+/g, '#')
    .replace(/^[ivxlc]+$/i, '#')
    .toLowerCase()
    .slice(0, MAX_KEY_CHARS);
  return `${zone}:${text}`;
}

export function findRunning(): { add(content: PageContent): void; keys(): string[] } {
  const counts = new Map<string, number>();
  let pages = 0;
  return {
    add(content) {
      pages += 1;
      const keys = new Set<string>();
      for (const line of edgeLines(content)) {
        const key = runningKey(line, content.height);
        if (key) keys.add(key);
      }
      for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
    },
    keys() {
      const least = Math.max(Math.min(MIN_PAGES, pages), pages * MIN_SHARE);
      if (pages < 2) return [];
      return [...counts]
        .filter(([, count]) => count >= least && count >= 2)
        .sort((a, b) => b[1] - a[1])
        .slice(0, MAX_KEYS)
        .map(([key]) => key);
    },
  };
}

/** The lines nearest to the top and bottom of the page. */
function edgeLines(content: PageContent): Line[] {
  const sorted = [...content.lines].sort((a, b) => a.y0 - b.y0);
  return [...new Set([...sorted.slice(0, EDGE_LINES), ...sorted.slice(-EDGE_LINES)])];
}

/** The page's lines without those whose key is in `running`. */
export function withoutRunning(content: PageContent, running: readonly string[]): Line[] {
  if (running.length === 0) return [...content.lines];
  const keys = new Set(running);
  const dropped = new Set(
    edgeLines(content).filter((line) => keys.has(runningKey(line, content.height) ?? '')),
  );
  return content.lines.filter((line) => !dropped.has(line));
}
