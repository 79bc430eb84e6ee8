import { heading, paragraph } from '../../markdown/block.ts';
import type { MarkdownWriter } from '../../markdown/writer.ts';
import { type XmlVisitor, xmlReader } from '../../xml/read.ts';
import { addRows } from '../rows-markdown.ts';

/** A sheet of 1,000,000 rows is streamed; the archive's own limit comes first. */
export const SHEET_CHARS = 1024 * 1024 * 1024;
/** Columns with gaps between them are filled up to this one; a cell far to the right must not make a thousand empty ones. */
const MAX_FILLED = 256;
const MAX_CELLS = 1_000;

/** Gathers the cells of a row by their column. */
export class RowBuilder {
  #cells: string[] = [];
  #rows: string[][] = [];

  /** `column` counts from 0. */
  put(column: number, text: string): void {
    while (this.#cells.length < Math.min(column, MAX_FILLED)) this.#cells.push('');
    if (this.#cells.length < MAX_CELLS) this.#cells.push(text);
  }

  /** Rows without a text are left out. */
  endRow(): void {
    const cells = this.#cells;
    this.#cells = [];
    while (cells.at(-1) === '') cells.pop();
    if (cells.length > 0) this.#rows.push(cells);
  }

  take(): string[][] {
    return this.#rows.splice(0);
  }
}

/** The rows of a sheet while its XML is read. */
export async function* sheetRows(
  part: AsyncIterable<string>,
  visitor: XmlVisitor,
  rows: RowBuilder,
): AsyncGenerator<readonly string[]> {
  const reader = xmlReader(visitor, { maxChars: SHEET_CHARS });
  for await (const chunk of part) {
    reader.write(chunk);
    yield* rows.take();
  }
  reader.end();
  yield* rows.take();
}

/** A sheet with its name; one without rows is named, too. */
export async function* sheetMarkdown(
  writer: MarkdownWriter,
  name: string,
  rows: AsyncIterable<readonly string[]>,
): AsyncGenerator<string> {
  writer.add(heading(2, name));
  yield* addRows(writer, rows);
}

export function hiddenNote(hidden: number): ReturnType<typeof paragraph>[] {
  return hidden === 0
    ? []
    : [paragraph(`${hidden} hidden ${hidden === 1 ? 'sheet is' : 'sheets are'} left out.`)];
}
