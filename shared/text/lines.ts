/** A line longer than this is cut in pieces: a file without line ends must not be held whole. */
const LINE_CHARS = 1024 * 1024;

/** The lines of a text without their ends (LF, CRLF or CR alone). A last line without an end counts; a last empty one does not. */
export async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const text = rest + chunk;
    // a CR at the chunk's end may be the first half of CRLF
    const usable = text.endsWith('\r') ? text.length - 1 : text.length;
    const lines = text.slice(0, usable).split(/\r\n|\n|\r/);
    rest = (lines.pop() ?? '') + text.slice(usable);
    yield* lines;
    if (rest.length > LINE_CHARS) {
      yield rest;
      rest = '';
    }
  }
  if (rest !== '') yield* rest.endsWith('\r') ? [rest.slice(0, -1)] : [rest];
}
