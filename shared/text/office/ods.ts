import { heading, paragraph } from '../../markdown/block.ts';
import { MarkdownWriter } from '../../markdown/writer.ts';
import type { RangeSource } from '../../range-source.ts';
import { type XmlElement, type XmlVisitor, xmlReader } from '../../xml/read.ts';
import { openOffice } from './package.ts';
import { RowBuilder, SHEET_CHARS } from './spreadsheet.ts';

/** An empty cell or row may be repeated to the sheet's end; a full one hardly ever is. */
const MAX_REPEATED = 256;
/** Rows that are written at once. */
const PART_ROWS = 500;

/** An OpenDocument spreadsheet (ISO 26300) as Markdown: each table with what its cells show. Streamed. */
export async function* odsMarkdown(source: RangeSource): AsyncGenerator<string> {
  const office = await openOffice(source);
  const writer = new MarkdownWriter();
  const reader = xmlReader(new OdsReader(writer), { maxChars: SHEET_CHARS });
  for await (const chunk of office.part('content.xml')) {
    reader.write(chunk);
    yield writer.take();
  }
  reader.end();
  yield writer.end();
}

class OdsReader implements XmlVisitor {
  readonly #writer: MarkdownWriter;
  readonly #rows = new RowBuilder();
  #held: string[][] = [];
  #continues = false;
  #column = 0;
  #lines: string[] = [];
  #line: string[] = [];

  constructor(writer: MarkdownWriter) {
    this.#writer = writer;
  }

  open({ name, attributes }: XmlElement): void {
    if (name === 'table') this.#writer.add(heading(2, attributes.get('name') ?? 'Sheet'));
    else if (name === 'table-row') this.#column = 0;
    else if (name === 'table-cell' || name === 'covered-table-cell') this.#lines = [];
    else if (name === 'p') this.#line = [];
    else if (name === 's' || name === 'tab') this.#line.push(' ');
    else if (name === 'line-break') this.#line.push('\n');
  }

  text(text: string): void {
    this.#line.push(text);
  }

  close({ name, attributes }: XmlElement): void {
    const repeated = (kind: string): number => Number(attributes.get(`number-${kind}-repeated`) ?? 1) || 1;
    if (name === 'p') this.#lines.push(this.#line.join(''));
    else if (name === 'table-cell' || name === 'covered-table-cell') this.#endCell(repeated('columns'));
    else if (name === 'table-row') this.#endRow(repeated('rows'));
    else if (name === 'table') this.#flush(false);
  }

  #endCell(repeated: number): void {
    const text = this.#lines.join('\n').trim();
    const times = text === '' ? 0 : Math.min(repeated, MAX_REPEATED);
    for (let at = 0; at < times; at += 1) this.#rows.put(this.#column + at, text);
    this.#column += repeated;
  }

  #endRow(repeated: number): void {
    this.#rows.endRow();
    const [row] = this.#rows.take();
    if (row === undefined) return;
    for (let at = 0; at < Math.min(repeated, MAX_REPEATED); at += 1) this.#held.push(row);
    if (this.#held.length >= PART_ROWS) this.#flush(true);
  }

  #flush(hasMore: boolean): void {
    const rows = this.#held.map((row) =>
      row.map((text) => ({ blocks: text === '' ? [] : [paragraph(text)] })),
    );
    if (rows.length > 0 || this.#continues)
      this.#writer.add({ type: 'table', rows, continues: this.#continues, hasMore });
    this.#held = [];
    this.#continues = hasMore;
  }
}
