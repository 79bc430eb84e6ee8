import { linesOf } from './lines.ts';

/** Lines of one cue or comment block; a file without blank lines must not be gathered whole. */
const BLOCK_LINES = 500;

const TIMING = /-->/;
const DROPPED_BLOCK = /^(?:WEBVTT|NOTE|STYLE|REGION)(?:\s|$|:)/;
/** WebVTT inline marks: voices, classes, timestamps; SubRip's <i>, <font …> and {\an8}. */
const VOICE = /<v(?:\.[^\s>]*)?\s+([^>]+)>/g;
const MARK = /<\/?[^<>]{0,200}>|\{\\[^}]{0,40}\}/g;
const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&nbsp;': ' ',
  '&lrm;': '',
  '&rlm;': '',
};

/**
 * The spoken text of SubRip or WebVTT, one line per caption line: timings, cue numbers, styles, notes and marks are gone,
 * a voice stays as `Name: …`, a line that only repeats the one before it (roll-up captions) is written once.
 */
export async function* subtitleText(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let previous = '';
  for await (const block of blocksOf(linesOf(chunks))) {
    for (const line of spokenLines(block)) {
      if (line !== previous) yield `${line}\n`;
      previous = line;
    }
  }
}

async function* blocksOf(lines: AsyncIterable<string>): AsyncGenerator<string[]> {
  let block: string[] = [];
  for await (const line of lines) {
    const blank = line.trim() === '';
    if (!blank) block.push(line);
    if ((blank || block.length >= BLOCK_LINES) && block.length > 0) {
      yield block;
      block = [];
    }
  }
  if (block.length > 0) yield block;
}

/** A block may hold several cues (a missing blank line): the line before a timing is a number, not speech. */
function spokenLines(block: readonly string[]): string[] {
  const first = (block[0] ?? '').replace(/^\uFEFF/, '');
  const timed = block.some((line) => TIMING.test(line));
  if (DROPPED_BLOCK.test(first) && !timed) return [];
  return block
    .filter(
      (line, at) => !(TIMING.test(line) || isCueName(block, at) || (at === 0 && DROPPED_BLOCK.test(first))),
    )
    .map(plainLine)
    .filter((line) => line !== '');
}

function isCueName(block: readonly string[], at: number): boolean {
  const before = block[at + 1];
  if (before === undefined || !TIMING.test(before)) return false;
  return at === 0 || /^\s*\d+\s*$/.test(block[at] ?? '');
}

function plainLine(line: string): string {
  return line
    .replace(VOICE, '$1: ')
    .replace(MARK, '')
    .replace(/&(?:amp|lt|gt|nbsp|lrm|rlm);/g, (entity) => ENTITIES[entity] ?? entity)
    .trim();
}
