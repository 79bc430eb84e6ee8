import { cleanText } from './escape.ts';

/** Ten: longer than any fence that a text is likely to hold, since a stream can't be searched for its longest. */
const FENCE = '`'.repeat(10);
/** A line that would end it; four blanks before it make it a line of the code. */
const ENDS = /^(?= {0,3}`{10,}\s*$)/gm;

/** A text as a Markdown code block of a language. */
export async function* fenced(language: string, text: AsyncIterable<string>): AsyncGenerator<string> {
  yield `${FENCE}${language}\n`;
  let line = '';
  for await (const piece of text) {
    const all = line + piece;
    const cut = all.lastIndexOf('\n') + 1;
    yield safe(all.slice(0, cut));
    line = all.slice(cut);
    if (line.length <= MAX_LINE_CHARS) continue;
    yield line;
    line = '';
  }
  yield `${safe(line)}${line === '' ? '' : '\n'}${FENCE}\n`;
}

/** A line is held to its end; one this long is no fence. */
const MAX_LINE_CHARS = 64 * 1024;

function safe(lines: string): string {
  return cleanText(lines).replace(ENDS, '    ');
}
