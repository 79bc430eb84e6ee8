import { SmallbatchError } from '../../errors.ts';
import type { Item, ItemResult, JoinContext, Outcome } from '../../kind.ts';
import type { PageResult } from '../../pdf/page.ts';
import { decodeText } from '../../text/decode.ts';
import { linesOf } from '../../text/lines.ts';
import { documentTitle } from './outcome.ts';
import { putDocument } from './pdf.ts';
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
  const outcome = await putDocument(item.data, undefined, pagesIn(context, seen), context);
  if (outcome.type !== 'done') return outcome;
  return { ...outcome, detail: { ...outcome.detail, ...documentTitle(seen.title) } };
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
    else
      for await (const line of linesOf(decodeText(context.read(output))))
        yield JSON.parse(line) as PageResult;
  }
}

/** `pages 0021-0040` without a result: each of its pages failed with the item's own failure. */
function* failedPages(result: ItemResult): Generator<PageResult> {
  const [, from, to] = /^pages (\d+)-(\d+)$/.exec(result.id) ?? [];
  if (from === undefined || to === undefined)
    throw new SmallbatchError('JOIN_FAILED', `expected an id like "pages 0001-0020", found "${result.id}"`);
  for (let page = Number(from); page <= Number(to); page++)
    yield failedPage(page, result.failure?.message ?? 'no result');
}

function failedPage(page: number, error: string): PageResult {
  return { page, status: 'failed', method: 'none', confidence: 0, ms: 0, markdown: '', error };
}
