import { paragraph, table } from '../markdown/block.ts';
import { toMarkdown } from '../markdown/markdown.ts';
import { csvRows } from './csv-rows.ts';

/** Rows that are shown after the header. */
const SHOWN_ROWS = 4;

/** What a table holds, as Markdown: its header, its first four rows, and how many records there are. */
export async function* csvHead(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  const shown: (readonly string[])[] = [];
  let records = 0;
  for await (const row of csvRows(chunks)) {
    if (records <= SHOWN_ROWS) shown.push(row);
    records += 1;
  }
  const width = shown[0]?.length ?? 0;
  const rows = shown.map((row) => Array.from({ length: width }, (_, column) => row[column] ?? ''));
  const count = paragraph(`number_of_records: ${Math.max(records - 1, 0)}`);
  yield toMarkdown(rows.length === 0 ? [count] : [table(rows), count]);
}
