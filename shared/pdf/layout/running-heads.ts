/** Running heads, feet and page numbers: text near the page's edge that repeats over the pages. */
import { parseMarker } from '../read/list-markers.ts';
import { isAskew } from '../read/turned-frame.ts';
import { type Line, lineText } from '../read/words.ts';

/** Heads and feet lie in these parts of the page's height. */
const HEAD_ZONE = 0.15;
const FOOT_ZONE = 0.85;
/** Only so many of a page's outermost lines can be heads or feet. */
const EDGE_LINES = 4;
/** A text on at least this part of the sampled pages repeats … */
const MIN_SHARE = 0.08;
/** … and on at least this many. */
const MIN_PAGES = 3;
/** Page numbers stand lower than this, this many font sizes below the text. */
const NUMBER_ZONE = 0.9;
const NUMBER_GAP_EM = 1.2;
/** Heads stand at one place on every page (scans shake), or at a few (left, right, below a title). */
const SAME_PLACE_PT = 8;
const MAX_PLACES = 8;
const MAX_KEYS = 40;
const MAX_KEY_CHARS = 80;

/** Of a region: its height, and how it is turned. */
export interface Sheet {
  readonly height: number;
  readonly degrees?: number;
}

/** What runs askew over a page (a watermark) has no place of its own. */
function zoneOf(line: Line, { height, degrees = 0 }: Sheet): string | undefined {
  if (isAskew({ degrees })) return 'askew';
  if (line.y1 < height * HEAD_ZONE) return 'head';
  return line.y0 > height * FOOT_ZONE ? 'foot' : undefined;
}

/** Where a line stands and what it says, digits as `#` so that page numbers repeat; undefined outside the zones. */
function runningKey(line: Line, sheet: Sheet): string | undefined {
  const zone = zoneOf(line, sheet);
  if (!zone) return undefined;
  const text = lineText(line)
    .replace(/\d+/g, '#')
    .replace(/^[ivxlc]+$/i, '#')
    .toLowerCase()
    .slice(0, MAX_KEY_CHARS);
  // A list's bullets repeat at the edges too.
  return parseMarker(text)?.kind === 'bullet' ? undefined : `${zone}:${text}`;
}

interface Place {
  /** From the nearer edge of the page. */
  readonly distance: number;
  count: number;
}

export function findRunning(): {
  /** The lines of a page's region; a page's level one is its first. */
  add(lines: readonly Line[], sheet: Sheet): void;
  keys(): string[];
} {
  const places = new Map<string, Place[]>();
  let pages = 0;
  return {
    add(lines, sheet) {
      if (!sheet.degrees) pages += 1;
      const edges = new Map(edgeLines(lines).map((line) => [runningKey(line, sheet) ?? '', line]));
      edges.delete('');
      for (const [key, line] of edges) {
        const known = places.get(key) ?? [];
        places.set(key, known);
        count(known, Math.min(line.y0, sheet.height - line.y1));
      }
    },
    keys() {
      const least = Math.max(2, Math.min(MIN_PAGES, pages), pages * MIN_SHARE);
      return [...places]
        .map(([key, known]) => ({ key, count: Math.max(...known.map((place) => place.count)) }))
        .filter((entry) => entry.count >= least)
        .sort((a, b) => b.count - a.count)
        .slice(0, MAX_KEYS)
        .map(({ key }) => key);
    },
  };
}

/** Once more at this distance; a sentence that stands elsewhere on each page is no head. */
function count(known: Place[], distance: number): void {
  const place = known.find((other) => Math.abs(other.distance - distance) <= SAME_PLACE_PT);
  if (place) place.count += 1;
  else if (known.length < MAX_PLACES) known.push({ distance, count: 1 });
}

/** The lines nearest to the top and bottom of the page. */
function edgeLines(lines: readonly Line[]): Line[] {
  const sorted = [...lines].sort((a, b) => a.y0 - b.y0);
  return [...new Set([...sorted.slice(0, EDGE_LINES), ...sorted.slice(-EDGE_LINES)])];
}

/** Those of the lines (without those of tables) whose key is in `running`, and the page number. */
export function takeRunning(
  lines: readonly Line[],
  sheet: Sheet,
  running: readonly string[],
): ReadonlySet<Line> {
  const keys = new Set(running);
  const edges = edgeLines(lines);
  const found = new Set(edges.filter((line) => keys.has(runningKey(line, sheet) ?? '')));
  const number = pageNumber(edges, sheet.height);
  if (number) found.add(number);
  return found;
}

/** The lowest line if it is a number alone, far from the text: a page number even in a document of one page. */
function pageNumber(edges: readonly Line[], height: number): Line | undefined {
  const sorted = edges.toSorted((a, b) => b.baseline - a.baseline);
  const [last, above] = sorted;
  if (!last || last.y0 < height * NUMBER_ZONE || !/^[-–] ?\d{1,4} ?[-–]$|^\d{1,4}$/.test(lineText(last)))
    return undefined;
  return !above || last.y0 - above.y1 > NUMBER_GAP_EM * last.size ? last : undefined;
}
