/** Ten: longer than any fence that a text is likely to hold, since a stream can't be searched for its longest. */
const FENCE = '`'.repeat(10);

/** A text as a Markdown code block of a language. */
export async function* fenced(language: string, text: AsyncIterable<string>): AsyncGenerator<string> {
  yield `${FENCE}${language}\n`;
  let last = '';
  for await (const piece of text) {
    yield piece;
    last = piece.at(-1) ?? last;
  }
  yield `${last === '\n' || last === '' ? '' : '\n'}${FENCE}\n`;
}
