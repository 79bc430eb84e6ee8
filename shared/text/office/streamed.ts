import { type XmlVisitor, xmlReader } from '../../xml/read.ts';
import type { BlockWriter } from '../blocks.ts';

/** Reads an XML part and hands out the Markdown that the visitor has written so far, piece by piece. */
export async function* streamed(
  part: AsyncIterable<string>,
  visitor: XmlVisitor,
  blocks: BlockWriter,
): AsyncGenerator<string> {
  const reader = xmlReader(visitor);
  for await (const chunk of part) {
    reader.write(chunk);
    yield* blocks.take();
  }
  reader.end();
  yield* blocks.take();
}
