/** Cuts a column's lines into paragraphs, list items and code by spacing, style, indent and markers. */
import { isRightToLeft } from './bidi.ts';
import { type Marker, parseMarker } from './list-markers.ts';
import { beginsNote } from './notes.ts';
import { toLines } from './table.ts';
import { type Box, boundsOf, type Line, lineText, type Rule, type Word } from './words.ts';

export interface Chunk extends Box {
  readonly kind: 'text' | 'item' | 'code';
  readonly lines: readonly Line[];
  /** Of an item: its marker, not in `lines`, and where its text begins. */
  readonly marker?: Marker;
  /** Of an item: its first line with the marker. */
  readonly whole?: Line;
  readonly textX: number;
  /** A heading by its style, though no larger and no bolder than the text. */
  readonly title?: boolean;
}

interface OpenLine {
  readonly line: Line;
  readonly marker?: Marker;
  /** With the marker. */
  readonly whole?: Line;
}

/** Lines further apart than this factor of the usual distance begin something new. */
const GAP_FACTOR = 1.22;
const INDENT_EM = 0.8;
const SAME_SIZE = 0.06;
/** A line this much (font sizes) shorter than it could be was ended on purpose. */
const SLACK_EM = 0.6;

export function toChunks(column: readonly Line[], bullets: readonly Rule[]): Chunk[] {
  const lines = toLines(column.flatMap((line) => line.words));
  const pitches = usualPitches(lines);
  const right = boundsOf(lines).x1;
  const groups: OpenLine[][] = [];
  for (const [index, line] of lines.entries()) {
    const before = lines[index - 1];
    const marker = findMarker(line, before, bullets);
    if (marker) groups.push([{ line: withoutMarker(line, marker), marker, whole: line }]);
    else if (
      before &&
      goesOn(before, line, pitches) &&
      !changesWeight(before, line, right) &&
      !beginsNote(line)
    )
      groups.at(-1)?.push({ line });
    else groups.push([{ line }]);
  }
  return groups.flatMap(toParagraphs);
}

/** The commonest distance of baselines for each size: the line spacing of its paragraphs. */
function usualPitches(lines: readonly Line[]): ReadonlyMap<number, number> {
  const counts = new Map<number, Map<number, number>>();
  for (const [index, line] of lines.entries()) {
    const pitch = pitchOf(lines[index - 1], line);
    if (pitch === undefined) continue;
    const size = Math.round(line.size);
    const bySize = counts.get(size) ?? new Map<number, number>();
    bySize.set(pitch, (bySize.get(pitch) ?? 0) + 1);
    counts.set(size, bySize);
  }
  const usual = new Map<number, number>();
  for (const [size, pitches] of counts) usual.set(size, commonest(pitches));
  return usual;
}

/** Distance of two baselines in half points, where it can be that of two lines of one paragraph. */
function pitchOf(before: Line | undefined, line: Line): number | undefined {
  if (!before || !isSameSize(before, line)) return undefined;
  const pitch = Math.round((line.baseline - before.baseline) * 2) / 2;
  return pitch > 0 && pitch <= 2.2 * line.size ? pitch : undefined;
}

/** Of equally common distances the smallest. */
function commonest(counts: ReadonlyMap<number, number>): number {
  let best = { value: 0, count: 0 };
  for (const [value, count] of counts) {
    if (count > best.count || (count === best.count && value < best.value)) best = { value, count };
  }
  return best.value;
}

function isSameSize(a: Line, b: Line): boolean {
  return Math.abs(a.size - b.size) <= SAME_SIZE * Math.max(a.size, b.size);
}

function goesOn(before: Line, line: Line, pitches: ReadonlyMap<number, number>): boolean {
  if (!isSameSize(before, line)) return false;
  if (isAllMono(before) !== isAllMono(line)) return false;
  const usual = Math.min(pitches.get(Math.round(line.size)) ?? Number.POSITIVE_INFINITY, 1.7 * line.size);
  const pitch = line.baseline - before.baseline;
  return pitch <= usual * GAP_FACTOR + 0.5;
}

/** A bold title over text; but a bold line that fills the column goes on in light. */
function changesWeight(before: Line, line: Line, right: number): boolean {
  if (isAllBold(before) === isAllBold(line) && isAllCaps(before) === isAllCaps(line)) return false;
  return hasRoom(before, line, right) || isBoldTitle(before, line);
}

/** A bold line that begins like a title after the end of a sentence. */
function isBoldTitle(before: Line, line: Line): boolean {
  const text = lineText(line);
  return (
    isAllBold(line) && /[.!?:]["”’)]?$/.test(lineText(before)) && /^[\p{Lu}\p{N}].*[^.,;:!]$/u.test(text)
  );
}

/** Would the line's first word have fitted on the line before? */
function hasRoom(before: Line, line: Line, right: number): boolean {
  return right - before.x1 - SLACK_EM * line.size > firstWordWidth(line.words);
}

export function isAllBold(line: Line): boolean {
  return line.words.every((word) => word.face.bold);
}

function isAllCaps(line: Line): boolean {
  return line.words.every((word) => word.smallCaps);
}

export function isAllMono(line: Line): boolean {
  return line.words.every((word) => word.face.mono);
}

/** A marker at the line's begin: text, or a small shape drawn before it. */
function findMarker(line: Line, before: Line | undefined, bullets: readonly Rule[]): Marker | undefined {
  if (bullets.some((bullet) => isBulletOf(bullet, line))) return { kind: 'bullet', text: '' };
  const [first, second] = line.words;
  if (!first || !second || second.joined || line.face.mono) return undefined;
  const marker = parseMarker(first.text);
  if (!marker || isInitials(first.text, second.text)) return undefined;
  const isApart = second.x0 - first.x1 > 0.45 * first.size;
  return isApart || !before || isIndented(before, line) || marker.text === '1.' ? marker : undefined;
}

/** `W. P. Carey` begins with initials, not with item W. */
function isInitials(first: string, second: string): boolean {
  return /^[A-Z]\.$/.test(first) && /^[A-Z]\.|^[A-Z]\p{Ll}+$/u.test(second);
}

function isIndented(before: Line, line: Line): boolean {
  const gap = line.baseline - before.baseline > 1.5 * line.size;
  return gap || Math.abs(line.x0 - before.x0) > INDENT_EM * line.size;
}

function isBulletOf(bullet: Rule, line: Line): boolean {
  const y = (bullet.y0 + bullet.y1) / 2;
  const distance = line.x0 - bullet.x1;
  return (
    distance > 0 && distance < 2.5 * line.size && y < line.baseline && y > line.baseline - 0.8 * line.size
  );
}

function withoutMarker(line: Line, marker: Marker): Line {
  if (marker.text === '' || marker.kind === 'letter') return line;
  const words = line.words.slice(1);
  return { ...line, ...boundsOf(words), words };
}

/** Splits lines at the usual spacing into paragraphs by indents and lines that end early. */
function toParagraphs(group: readonly OpenLine[]): Chunk[] {
  const [first] = group;
  if (!first) return [];
  const lines = group.map(({ line }) => line);
  if (lines.every(isAllMono) && !first.marker) return [toChunk('code', lines)];
  const { x0, x1 } = boundsOf(lines);
  const parts: Line[][] = [];
  for (const line of lines) {
    const part = parts.at(-1);
    if (part && !beginsParagraph(part, line, { x0, x1 })) part.push(line);
    else parts.push([line]);
  }
  return parts.map((part, index) =>
    index === 0 && first.marker
      ? { ...toChunk('item', part, first.marker), whole: first.whole }
      : toChunk('text', part),
  );
}

function beginsParagraph(part: readonly Line[], line: Line, { x0, x1 }: Pick<Box, 'x0' | 'x1'>): boolean {
  const before = part.at(-1);
  if (!before || isContentsEntry(before)) return true;
  if (isCentred(before, line) && Math.abs(before.x0 - line.x0) > 1) return false;
  const isFirstIndent = line.x0 > before.x0 + INDENT_EM * line.size && before.x0 < x0 + INDENT_EM * line.size;
  if (isFirstIndent && part.length > 0 && !isHanging(part)) return true;
  return hasRoom(before, line, x1) && !isRightToLeft(lineText(line));
}

/** A line of a table of contents: dots up to a page number. */
function isContentsEntry(line: Line): boolean {
  return /(\.\s?){4,}\s*[\divxl]+$/.test(lineText(line));
}

/** The first line stands out to the left: a bibliography's entry goes on indented. */
function isHanging(part: readonly Line[]): boolean {
  return part.length === 1;
}

function isCentred(a: Line, b: Line): boolean {
  return Math.abs(a.x0 + a.x1 - b.x0 - b.x1) < 4;
}

function firstWordWidth(words: readonly Word[]): number {
  const [first] = words;
  if (!first) return 0;
  const isCjk = /^[\u2e80-\u9fff\uff00-\uffef]/.test(first.text);
  return isCjk ? first.size : first.x1 - first.x0 + 0.25 * first.size;
}

function toChunk(kind: Chunk['kind'], lines: readonly Line[], marker?: Marker): Chunk {
  const box = boundsOf(lines);
  return { ...box, kind, lines, textX: lines[0]?.x0 ?? box.x0, ...(marker && { marker }) };
}
