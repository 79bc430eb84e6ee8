/**
 * Lines of JSON (JSONL, NDJSON), one value each: written so that every reader of lines splits them alike, read by `\n` alone,
 * as both formats have it. A string may hold other line ends of Unicode; readline and Python's splitlines would split there.
 */
const LF = 0x0a;
const LINE_ENDS = /[\u0085\u2028\u2029]/g;
const NOT_ASCII = /[\u007f-\uffff]/g;

/** No line that we write comes near it (a page of a PDF, the outputs of one item); a file without line ends is not held whole. */
const LINE_BYTES_MAX = 64 * 1024 * 1024;

/** `value` as one line, with its end. */
export function toJsonLine(value: object): string {
  return `${JSON.stringify(value).replace(LINE_ENDS, toEscape)}\n`;
}

/**
 * `value` as JSON in ASCII alone, for what does not take every character: SQS refuses U+FFFE and U+FFFF, and its
 * stand-ins also what lies above.
 */
export function toAsciiJson(value: object): string {
  return JSON.stringify(value).replace(NOT_ASCII, toEscape);
}

const toEscape = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** The values of all lines, one at a time; empty lines are passed over. @throws Error that names the line */
export async function* parseJsonLines(
  bytes: AsyncIterable<Uint8Array>,
  maxBytes = LINE_BYTES_MAX,
): AsyncGenerator<unknown> {
  let number = 0;
  for await (const line of splitLines(bytes, maxBytes)) {
    number++;
    if (line.trim() !== '') yield parseLine(line, number);
  }
}

function parseLine(line: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new Error(`line ${number}: expected JSON, found ${JSON.stringify(line.slice(0, 80))}`, { cause });
  }
}

/** The lines of a UTF-8 text without their ends; a last line without an end counts. Holds one line at a time. */
export async function* splitLines(
  bytes: AsyncIterable<Uint8Array>,
  maxBytes = LINE_BYTES_MAX,
): AsyncGenerator<string> {
  let open: Uint8Array[] = [];
  let length = 0;
  const take = (piece: Uint8Array): void => {
    length += piece.length;
    if (length > maxBytes) throw new RangeError(`expected lines of at most ${maxBytes} bytes`);
    open.push(piece);
  };
  for await (const chunk of bytes) {
    let start = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
      take(chunk.subarray(start, end));
      yield Buffer.concat(open).toString();
      [open, length, start] = [[], 0, end + 1];
    }
    if (start < chunk.length) take(chunk.subarray(start));
  }
  if (length > 0) yield Buffer.concat(open).toString();
}
