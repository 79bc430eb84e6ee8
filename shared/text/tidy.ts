import { linesOf } from './lines.ts';

/** Text that was laid out with spaces and empty paragraphs: one space between words, one empty line between paragraphs. */
export async function* tidyText(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let isStart = true;
  let isBlank = false;
  for await (const line of linesOf(chunks)) {
    const text = line
      .replace(/[^\S\n]+/g, ' ')
      .replace(/^(?: \|)+ ?|(?: \|)+ ?$/g, '')
      .trim();
    if (text === '') {
      isBlank = true;
      continue;
    }
    yield `${isBlank && !isStart ? '\n' : ''}${text}\n`;
    isStart = false;
    isBlank = false;
  }
}
