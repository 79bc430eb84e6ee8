import { MarkdownWriter } from '../../markdown/writer.ts';
import { RtfDocument } from './rtf-document.ts';
import { RtfTokens } from './rtf-tokens.ts';

/**
 * Rich Text Format (Microsoft's RTF Specification 1.9.1) as Markdown: headings, lists, tables, emphasis, links, footnotes; signs by the
 * character set of their font. Streamed: what is held is a paragraph, or a table up to 5,000 cells.
 */
export async function* rtfMarkdown(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const writer = new MarkdownWriter();
  const document = new RtfDocument(writer);
  const tokens = new RtfTokens(document);
  for await (const chunk of chunks) {
    tokens.write(chunk);
    yield writer.take();
  }
  tokens.end();
  document.end();
  yield writer.end();
}
