import { type Cell, paragraph } from '../markdown/block.ts';
import { MarkdownWriter } from '../markdown/writer.ts';
import { csvRows } from './csv-rows.ts';

/** Rows that are held; the columns of a table are those of its first rows. */
const PART_ROWS = 500;

/** A table of text as Markdown, row by row; the first row is its head. */
export async function* csvMarkdown(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  const writer = new MarkdownWriter();
  yield* addRows(writer, csvRows(chunks));
  yield writer.end();
}

/** Writes a table of any length; yields what is there so far. */
export async function* addRows(
  writer: MarkdownWriter,
  rows: AsyncIterable<readonly string[]>,
): AsyncGenerator<string> {
  let held: Cell[][] = [];
  let continues = false;
  const flush = (hasMore: boolean): string => {
    if (held.length > 0 || continues) writer.add({ type: 'table', rows: held, continues, hasMore });
    continues = true;
    held = [];
    return writer.take();
  };
  for await (const row of rows) {
    if (held.length >= PART_ROWS) yield flush(true);
    held.push(row.map((text) => ({ blocks: text === '' ? [] : [paragraph(text)] })));
  }
  if (held.length > 0) yield flush(false);
}
