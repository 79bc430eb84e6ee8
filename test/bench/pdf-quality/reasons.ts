/** Why a conversion is not worth more, in words computed from the comparison with the original. */
import type { FoundTable } from './markdown-tables.ts';
import { findTables } from './markdown-tables.ts';
import { findHeadings, type Heading } from './mhs.ts';
import { lcsShare } from './nid.ts';
import type { Score } from './score.ts';
import { matchTables } from './teds.ts';

/** Scores from here on need no reason. */
const GOOD = 0.99;
const MAX_NAMED = 3;

/** One clause for each score that drags the document down, the lowest score first. */
export function reasonsFor(reference: string, found: string, score: Score): string {
  const reasons = [
    { value: score.nid, say: () => `NID: ${textReason(reference, found)}` },
    { value: score.teds ?? 1, say: () => `TEDS: ${tableReason(reference, found)}` },
    { value: score.mhs ?? 1, say: () => `MHS: ${headingReason(reference, found)}` },
  ];
  const low = reasons.filter(({ value }) => value < GOOD).sort((a, b) => a.value - b.value);
  return low.length > 0 ? low.map(({ say }) => say()).join('; ') : `nothing below ${GOOD}`;
}

/** Words that are missing or too many, and text that is there in another place. */
export function textReason(reference: string, found: string): string {
  const wanted = countWords(reference);
  const got = countWords(found);
  const lost = without(wanted, got);
  const extra = without(got, wanted);
  const total = sum(wanted.values());
  const moved = Math.max(0, 1 - lcsShare(reference, found) - sum(lost.values()) / Math.max(1, total));
  return listed([
    part(sum(lost.values()) / Math.max(1, total), 'of the words missing', [...lost.keys()]),
    part(sum(extra.values()) / Math.max(1, total), 'too many', [...extra.keys()]),
    part(moved, 'moved or joined otherwise', []),
  ]);
}

const part = (share: number, what: string, words: readonly string[]): string =>
  share < 0.001 ? '' : `${(share * 100).toFixed(1)} % ${what}${named(words)}`;

function countWords(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of text.match(/[\p{L}\p{N}]+/gu) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

function without(counts: ReadonlyMap<string, number>, others: ReadonlyMap<string, number>) {
  const left = new Map<string, number>();
  for (const [word, count] of counts) {
    const rest = count - (others.get(word) ?? 0);
    if (rest > 0) left.set(word, rest);
  }
  return left;
}

/** Tables that are missing or false, and of those that were found what differs. */
export function tableReason(reference: string, found: string): string {
  const wanted = findTables(reference);
  const got = findTables(found);
  const pairs = matchTables(wanted, got);
  const missing = wanted.flatMap((table, index) =>
    pairs.some((pair) => pair.wanted === table) ? [] : [String(index + 1)],
  );
  const differences = pairs.flatMap((pair) => {
    const text = difference(pair.wanted, pair.got);
    return text === '' ? [] : [`table ${wanted.indexOf(pair.wanted) + 1} has ${text}`];
  });
  return listed([
    missing.length > 0 ? `${missing.length} of ${wanted.length} tables missing (${missing.join(', ')})` : '',
    got.length > pairs.length ? `${got.length - pairs.length} tables too many` : '',
    ...differences,
  ]);
}

function difference(wanted: FoundTable, got: FoundTable): string {
  const [columns, rows] = [widthOf(got), got.length];
  const cells = new Map<string, number>();
  for (const { text } of wanted.flat()) cells.set(text, (cells.get(text) ?? 0) + 1);
  const other = new Map<string, number>();
  for (const { text } of got.flat()) other.set(text, (other.get(text) ?? 0) + 1);
  const wrong = without(cells, other);
  return listed([
    columns === widthOf(wanted) ? '' : `${columns} columns instead of ${widthOf(wanted)}`,
    rows === wanted.length ? '' : `${rows} rows instead of ${wanted.length}`,
    wrong.size > 0 ? `${sum(wrong.values())} wrong cells${named([...wrong.keys()])}` : '',
    wrong.size === 0 && !sameSpans(wanted, got) ? 'other spans' : '',
  ]);
}

const widthOf = (table: FoundTable): number =>
  Math.max(0, ...table.map((row) => row.reduce((width, cell) => width + cell.colspan, 0)));

const sameSpans = (a: FoundTable, b: FoundTable): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Headings that are missing, false, or of another level. */
export function headingReason(reference: string, found: string): string {
  const wanted = findHeadings(reference);
  const got = findHeadings(found);
  const missing = unmatched(wanted, got);
  const extra = unmatched(got, wanted);
  const levels = wanted.flatMap((heading) => {
    const other = got.find(({ text }) => text === heading.text);
    return other && other.level !== heading.level
      ? [`'${heading.text}' ${other.level} not ${heading.level}`]
      : [];
  });
  const text = listed([
    missing.length > 0 ? `${missing.length} headings missing${named(missing.map((h) => h.text))}` : '',
    extra.length > 0 ? `${extra.length} false headings${named(extra.map((h) => h.text))}` : '',
    levels.length > 0 ? `${levels.length} of another level (${levels.slice(0, MAX_NAMED).join(', ')})` : '',
  ]);
  return text === '' ? 'the text between the headings differs' : text;
}

function unmatched(headings: readonly Heading[], others: readonly Heading[]): Heading[] {
  const left = others.map(({ text }) => text);
  return headings.filter(({ text }) => {
    const at = left.indexOf(text);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

const named = (texts: readonly string[]): string => {
  if (texts.length === 0) return '';
  const more = texts.length > MAX_NAMED ? ', …' : '';
  return `: ${texts
    .slice(0, MAX_NAMED)
    .map((text) => `'${text}'`)
    .join(', ')}${more}`;
};

const listed = (parts: readonly string[]): string => parts.filter((text) => text !== '').join(', ');

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);
