import type { MarkdownWriter } from '../../markdown/writer.ts';
import { type XmlVisitor, xmlReader } from '../../xml/read.ts';

/** Reads an XML part and hands out the Markdown that the visitor has written so far, piece by piece. */
export async function* streamed(
  part: AsyncIterable<string>,
  visitor: XmlVisitor,
  writer: MarkdownWriter,
): AsyncGenerator<string> {
  const reader = xmlReader(visitor);
  for await (const chunk of part) {
    reader.write(chunk);
    yield writer.take();
  }
  reader.end();
  yield writer.take();
}
