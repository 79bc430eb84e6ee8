/** Footnotes: small print that begins with a raised number. */
import type { Chunk } from './chunks.ts';
import { shiftOf } from './inline.ts';

/** Notes are set smaller than the body by at least this. */
const SMALLER = 0.95;
const LABEL = /^(\d{1,3})$/;

/** The label of a footnote's text; undefined for other blocks. */
export function noteLabel(chunk: Chunk, bodySize: number): string | undefined {
  const [line] = chunk.lines;
  const [first, second] = line?.words ?? [];
  if (!line || !first || !second || line.size > bodySize * SMALLER) return undefined;
  return shiftOf(first, line) === 'sup' ? LABEL.exec(first.text)?.[1] : undefined;
}
