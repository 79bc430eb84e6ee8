/** One page's content as Markdown. */
import type { PdfProfile } from './profile.ts';
import { toColumns } from './reading-order.ts';
import { withoutRunning } from './running-heads.ts';
import { styleSize } from './styles.ts';
import { type Line, lineText, type PageContent } from './words.ts';

/** Lines further apart than this many sizes, from baseline to baseline, begin a paragraph. */
const PARAGRAPH_GAP_EM = 1.75;

/** Markdown of `content`, without its running heads; blocks apart by a blank line, no newline at the end. */
export function toMarkdown(content: PageContent, profile: PdfProfile): string {
  const columns = toColumns(withoutRunning(content, profile.running), profile.bodySize);
  return columns.flatMap((column) => toBlocks(column, profile)).join('\n\n');
}

function toBlocks(column: readonly Line[], profile: PdfProfile): string[] {
  const blocks: Line[][] = [];
  for (const line of column) {
    const last = blocks.at(-1);
    const before = last?.at(-1);
    if (last && before && goesOn(before, line)) last.push(line);
    else blocks.push([line]);
  }
  return blocks.map((lines) => toBlock(lines, profile));
}

function goesOn(before: Line, line: Line): boolean {
  if (styleSize(before.size) !== styleSize(line.size) || before.face.bold !== line.face.bold) return false;
  return line.baseline - before.baseline <= PARAGRAPH_GAP_EM * line.size;
}

function toBlock(lines: readonly Line[], profile: PdfProfile): string {
  const text = lines.map((line) => lineText(line)).join(' ');
  const first = lines[0];
  const level = first
    ? profile.headings.findIndex(
        ({ size, bold }) => size === styleSize(first.size) && bold === first.face.bold,
      )
    : -1;
  return level >= 0 && text.length <= 160 ? `${'#'.repeat(level + 1)} ${text}` : text;
}
