import { SmallbatchError } from '../../errors.ts';
import type { Item, ItemResult, JoinContext, Outcome } from '../../kind.ts';
import { readClusters } from '../../pdf/pages/lines.ts';
import { PageTally } from '../../pdf/pages/tally.ts';
import type { CanvasOptions } from './options.ts';
import { putDocument } from './pdf.ts';
import type { CanvasData } from './schema.ts';

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
  const tally = new PageTally();
  const clusters = noting(context.results, seen, tally);
  const pages = tally.over(readClusters({ clusters, read: (output) => context.read(output) }));
  return await putDocument(item.data, { pages, tally, title: () => seen.title }, context);
}

/** What the clusters' results say beside their pages. */
async function* noting(
  results: AsyncIterable<ItemResult>,
  seen: { title?: string },
  tally: PageTally,
): AsyncGenerator<ItemResult> {
  for await (const result of results) {
    const { documentTitle, cachedPages } = result.detail ?? {};
    if (typeof documentTitle === 'string') seen.title ??= documentTitle;
    if (typeof cachedPages === 'number') tally.addCached(cachedPages);
    yield result;
  }
}
