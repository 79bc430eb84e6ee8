import { SafeMarkdown } from '../markdown/foreign.ts';
import { linesOf } from './lines.ts';

/** Text or Markdown of others, line by line, without what could do harm where it is shown. */
export async function* foreignText(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  const safe = new SafeMarkdown();
  for await (const line of linesOf(chunks)) yield `${safe.line(line)}\n`;
}
