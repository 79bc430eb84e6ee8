import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** A longer line is cut, as CloudWatch cuts an event at 256 KiB; so a function that never prints a newline holds no more. */
const MAX_LINE_CHARS = 256 * 1024;
const CUT_MARK = ' …[cut]';

/** Calls `emit` with each line of a stream. Holds one line at most. */
export function forEachLine(stream: Readable, emit: (line: string) => void): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let cut = false;
  const flush = () => {
    emit(cut ? rest + CUT_MARK : rest);
    rest = '';
    cut = false;
  };
  const append = (text: string) => {
    cut ||= rest.length + text.length > MAX_LINE_CHARS;
    rest += text.slice(0, MAX_LINE_CHARS - rest.length);
  };
  stream.on('data', (chunk: Buffer) => {
    const [first = '', ...others] = decoder.write(chunk).split('\n');
    append(first);
    for (const text of others) {
      flush();
      append(text);
    }
  });
  stream.on('end', () => {
    if (rest !== '') flush();
  });
}
