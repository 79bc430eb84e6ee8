/** Which lines follow each other at the spacing of a paragraph. */
import { hasRoom, isAllBold, isAllMono, isSameSize } from '../read/line-style.ts';
import type { Line } from '../read/words.ts';

/** Lines further apart than this factor of the usual distance begin something new. */
const GAP_FACTOR = 1.22;
/** The lines of one paragraph are at most this far apart, those of a title too; in font sizes. */
const MAX_PITCH_EM = 1.7;
const MAX_TITLE_PITCH_EM = 2.2;

/** The commonest distance of baselines for each size: the line spacing of its paragraphs. */
export function usualPitches(lines: readonly Line[]): ReadonlyMap<number, number> {
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
  return pitch > 0 && pitch <= MAX_TITLE_PITCH_EM * line.size ? pitch : undefined;
}

/** Of equally common distances the smallest. */
function commonest(counts: ReadonlyMap<number, number>): number {
  let best = { value: 0, count: 0 };
  for (const [value, count] of counts) {
    if (count > best.count || (count === best.count && value < best.value)) best = { value, count };
  }
  return best.value;
}

/** Does a line go on the line before, by their distance? `right` is the column's edge. */
export function goesOn(
  before: Line,
  line: Line,
  pitches: ReadonlyMap<number, number>,
  right: number,
): boolean {
  if (!isSameSize(before, line) || isAllMono(before) !== isAllMono(line)) return false;
  const usual = Math.min(
    pitches.get(Math.round(line.size)) ?? Number.POSITIVE_INFINITY,
    MAX_PITCH_EM * line.size,
  );
  const pitch = line.baseline - before.baseline;
  return pitch <= usual * GAP_FACTOR + 0.5 || isWrappedTitle(before, line, right);
}

/** Bold lines set wide, the first of which is full. */
function isWrappedTitle(before: Line, line: Line, right: number): boolean {
  const pitch = line.baseline - before.baseline;
  return (
    pitch <= MAX_TITLE_PITCH_EM * line.size &&
    isAllBold(before) &&
    isAllBold(line) &&
    !hasRoom(before, line, right)
  );
}
