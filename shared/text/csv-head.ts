import { paragraph, table } from '../markdown/block.ts';
import { toMarkdown } from '../markdown/markdown.ts';

/** Rows that are shown after the header. */
const SHOWN_ROWS = 4;
/** A field longer than this is cut: a file without line ends is one field. */
const MAX_FIELD_CHARS = 10_000;
/** Fields of one shown row. */
const MAX_FIELDS = 1_000;

/**
 * What a table holds, as Markdown: its header, its first four rows, and how many records there are. Reads RFC 4180 (quotes, line ends
 * within quotes, CRLF, LF or CR) as a stream.
 */
export async function* csvHead(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  const reader = new CsvHead();
  for await (const chunk of chunks) reader.write(chunk);
  reader.end();
  const width = reader.rows[0]?.length ?? 0;
  const rows = reader.rows.map((row) => Array.from({ length: width }, (_, column) => row[column] ?? ''));
  const count = paragraph(`number_of_records: ${Math.max(reader.records - 1, 0)}`);
  yield toMarkdown(rows.length === 0 ? [count] : [table(rows), count]);
}

class CsvHead {
  readonly rows: string[][] = [];
  records = 0;
  #row: string[] = [];
  #field = '';
  #isQuoted = false;
  /** Has the field had quotes? */
  #wasQuoted = false;
  #isEmpty = true;
  #last = '';

  write(chunk: string): void {
    for (const char of chunk) {
      if (this.#isQuoted) this.#quoted(char);
      else this.#plain(char);
      this.#last = char;
    }
  }

  end(): void {
    if (!this.#isEmpty) this.#endRecord();
  }

  #quoted(char: string): void {
    if (char === '"') this.#isQuoted = false;
    else this.#keep(char);
  }

  #plain(char: string): void {
    if (char === '"') {
      // right after a closing quote it is a quote of the text
      if (this.#wasQuoted && this.#last === '"') this.#keep('"');
      this.#isQuoted = true;
      this.#wasQuoted = true;
      this.#isEmpty = false;
    } else if (char === ',') this.#endField();
    else if (char === '\r' || (char === '\n' && this.#last !== '\r')) this.#endRecord();
    else if (char !== '\n') this.#keep(char);
  }

  #keep(char: string): void {
    this.#isEmpty = false;
    if (this.#isShown && this.#field.length < MAX_FIELD_CHARS) this.#field += char;
  }

  #endField(): void {
    this.#isEmpty = false;
    if (this.#isShown && this.#row.length < MAX_FIELDS) this.#row.push(this.#field);
    this.#field = '';
    this.#wasQuoted = false;
  }

  /** Blank lines are no records. */
  #endRecord(): void {
    if (this.#isEmpty) return;
    this.#endField();
    if (this.#isShown) this.rows.push(this.#row);
    this.#row = [];
    this.#isEmpty = true;
    this.records += 1;
  }

  get #isShown(): boolean {
    return this.rows.length <= SHOWN_ROWS;
  }
}
