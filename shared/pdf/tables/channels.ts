/** Parts lines at narrow gaps that run through all rows of a table. */
import { type Line, toLine, type Word } from '../read/words.ts';

/** Wider than the space between words, narrower than what parts pieces anywhere else; in font sizes. */
const MIN_CHANNEL_EM = 0.5;
/** In fewer rows, spaces lie above each other by chance. */
const MIN_ROWS = 3;

export interface Channel {
  readonly from: number;
  readonly to: number;
}

/** The lines of a framed region, parted where no row has a word and some row has parted pieces already. */
export function splitAtChannels(lines: readonly Line[]): readonly Line[] {
  const rows = new Set(lines.map((line) => Math.round(line.baseline / 2)));
  if (rows.size < MIN_ROWS) return lines;
  const channels = findChannels(lines).filter((channel) => isKnown(lines, channel));
  return channels.length > 0 ? lines.flatMap((line) => splitLine(line, channels)) : lines;
}

/** Gaps that no word of `lines` reaches into, from left to right. */
export function findChannels(lines: readonly Line[]): Channel[] {
  const words = lines.flatMap((line) => line.words).sort((a, b) => a.x0 - b.x0);
  const channels: Channel[] = [];
  let to = words[0]?.x1 ?? 0;
  for (const word of words) {
    if (word.x0 - to >= MIN_CHANNEL_EM * word.size) channels.push({ from: to, to: word.x0 });
    to = Math.max(to, word.x1);
  }
  return channels;
}

/** Two pieces of one row end and begin at it. */
function isKnown(lines: readonly Line[], { from, to }: Channel): boolean {
  const lefts = lines.filter((line) => line.x1 <= from + 1);
  const rights = lines.filter((line) => line.x0 >= to - 1);
  return lefts.some((left) =>
    rights.some(
      (right) =>
        Math.abs(left.baseline - right.baseline) < 1 &&
        !lines.some((line) => line.x0 >= left.x1 && line.x1 <= right.x0 && line !== left && line !== right),
    ),
  );
}

function splitLine(line: Line, channels: readonly Channel[]): Line[] {
  const parts: Word[][] = [];
  for (const word of line.words) {
    const part = parts.at(-1);
    const before = part?.at(-1);
    const isParted = before && channels.some(({ from, to }) => before.x1 <= from + 1 && word.x0 >= to - 1);
    if (!part || isParted) parts.push([word]);
    else part.push(word);
  }
  return parts.length > 1 ? parts.map((part) => toLine(part)) : [line];
}
