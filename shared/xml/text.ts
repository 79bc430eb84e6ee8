import { xmlReader } from './read.ts';

/** The text of an XML document, a line for each run of text between tags; tags, attributes and comments are dropped. */
export async function* xmlText(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let lines: string[] = [];
  const reader = xmlReader({
    text(text) {
      const line = text.trim();
      if (line !== '') lines.push(`${line}\n`);
    },
  });
  for await (const chunk of chunks) {
    reader.write(chunk);
    yield* lines;
    lines = [];
  }
  reader.end();
  yield* lines;
}
