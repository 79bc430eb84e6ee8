/** A field longer than this is cut: a file without line ends is one field. */
const MAX_FIELD_CHARS = 10_000;
/** Fields of one row. */
const MAX_FIELDS = 1_000;
/** What may stand between fields, the most usual first. */
const DELIMITERS = [',', ';', '\t', '|'] as const;

/**
 * The rows of a table of text as a stream (RFC 4180: quotes, line ends within quotes, CRLF, LF or CR); blank lines are none. Fields are parted
 * by what the first line has most of: comma, semicolon, tab or bar.
 */
export async function* csvRows(chunks: AsyncIterable<string>): AsyncGenerator<readonly string[]> {
  const reader = new CsvReader();
  for await (const chunk of chunks) {
    reader.write(chunk);
    yield* reader.take();
  }
  reader.end();
  yield* reader.take();
}

/** In the first line, or what there is of it. */
function delimiterOf(text: string): string {
  const [line = ''] = text.split(/[\r\n]/, 1);
  const counts = DELIMITERS.map((sign) => line.split(sign).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}

class CsvReader {
  #rows: string[][] = [];
  #delimiter: string | undefined;
  #row: string[] = [];
  #field: string[] = [];
  #isQuoted = false;
  /** Has the field had quotes? */
  #wasQuoted = false;
  #isEmpty = true;
  #last = '';

  write(chunk: string): void {
    this.#delimiter ??= chunk === '' ? undefined : delimiterOf(chunk);
    for (const char of chunk) {
      if (this.#isQuoted) this.#quoted(char);
      else this.#plain(char);
      this.#last = char;
    }
  }

  take(): string[][] {
    return this.#rows.splice(0);
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
    } else if (char === this.#delimiter) this.#endField();
    else if (char === '\r' || (char === '\n' && this.#last !== '\r')) this.#endRecord();
    else if (char !== '\n') this.#keep(char);
  }

  #keep(char: string): void {
    this.#isEmpty = false;
    if (this.#field.length < MAX_FIELD_CHARS) this.#field.push(char);
  }

  #endField(): void {
    this.#isEmpty = false;
    if (this.#row.length < MAX_FIELDS) this.#row.push(this.#field.join(''));
    this.#field = [];
    this.#wasQuoted = false;
  }

  #endRecord(): void {
    if (this.#isEmpty) return;
    this.#endField();
    this.#rows.push(this.#row);
    this.#row = [];
    this.#isEmpty = true;
  }
}
