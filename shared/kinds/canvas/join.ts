import { SmallbatchError } from '../../errors.ts';
import type { Item, ItemResult, JoinContext, Outcome } from '../../kind.ts';
import type { PageResult } from '../../pdf/page.ts';
import { decodeText } from '../../text/decode.ts';
import { linesOf } from '../../text/lines.ts';
import { putDocument } from './pdf.ts';
import { rangeOfId } from './pdf-pages.ts';
import type { CanvasData, CanvasOptions } from './schema.ts';

/** Joins the pages of an expanded PDF into one Markdown file; pages whose item failed are marked in it. */
export async function joinItem(
  item: Item<CanvasData>,
  context: JoinContext<CanvasOptions>,
): Promise<Outcome<CanvasData>> {
  if (item.data.type !== 'member')
    throw new SmallbatchError(
      'JOIN_FAILED',
      `${item.id}: expected an expanded file, found "${item.data.type}"`,
    );
  context.stage('pdf: join');
  const seen: { title?: string } = {};
  return await putDocument(item.data, () => seen.title, pagesIn(context, seen), context);
}

async function* pagesIn(
  context: JoinContext<CanvasOptions>,
  seen: { title?: string },
): AsyncGenerator<PageResult> {
  for await (const result of context.results) {
    const title = result.detail?.documentTitle;
    if (typeof title === 'string') seen.title ??= title;
    const [output] = result.outputs;
    if (output === undefined) yield* failedPages(result);
    else for await (const line of linesOf(decodeText(context.read(output)))) yield parsePage(line);
  }
}

/** A line that `processPages` wrote. */
function parsePage(line: string): PageResult {
  return JSON.parse(line) as PageResult;
}

/** Pages of an item without a result: each failed with the item's own failure. */
function* failedPages({ id, failure }: ItemResult): Generator<PageResult> {
  const { from, to } = rangeOfId(id);
  const error = failure?.message ?? 'no result';
  for (let page = from; page <= to; page++)
    yield { page, status: 'failed', method: 'none', confidence: 0, ms: 0, markdown: '', error };
}
