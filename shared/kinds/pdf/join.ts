import { SmallbatchError } from '../../errors.ts';
import type { Item, ItemResult, JoinContext, Outcome } from '../../kind.ts';
import { type PageRange, toPageNumbers } from '../../pdf/page-ranges.ts';
import type { PageResult } from '../../pdf/page-result.ts';
import type { PageJournal } from '../../pdf/pages/journal.ts';
import { readClusters } from '../../pdf/pages/lines.ts';
import { PageTally } from '../../pdf/pages/tally.ts';
import { clusterFacts } from './cluster-facts.ts';
import { copyFigures } from './figures.ts';
import { putDocument } from './outputs.ts';
import type { PdfData, PdfKindOptions } from './schema.ts';
import { toPageJournal } from './settings.ts';

/** Joins the pages of an expanded document; pages whose cluster failed are taken from the journal, or marked as missing. */
export async function joinItem(
  item: Item<PdfData>,
  context: JoinContext<PdfKindOptions>,
): Promise<Outcome<PdfData>> {
  if (item.data.type !== 'document')
    throw new SmallbatchError(
      'JOIN_FAILED',
      `${item.id}: expected an expanded document, found "${item.data.type}"`,
    );
  context.stage('pdf: join');
  // a line for each cluster, of which a document has 40,000 at most
  const clusters = await Array.fromAsync(context.results);
  const tally = new PageTally();
  for (const { detail } of clusters)
    if (typeof detail?.cachedPages === 'number') tally.addCached(detail.cachedPages);
  const document = {
    facts: clusterFacts(clusters.at(0)),
    results: tally.over(pagesOf(clusters, context)),
    tally,
    counted: () => countPages(clusters, context),
    figures: async () => await copyFigures(clusters, context),
  };
  return await putDocument(item.data.origin, document, context);
}

function pagesOf(
  clusters: readonly ItemResult[],
  context: JoinContext<PdfKindOptions>,
): AsyncGenerator<PageResult> {
  const journal = toPageJournal(context);
  return readClusters({
    clusters,
    read: (output) => context.read(output),
    rescue: async (cluster, range) => await journalled(journal, cluster, range),
  });
}

/** A pass over the pages for what must be known before the first of them is written. */
async function countPages(
  clusters: readonly ItemResult[],
  context: JoinContext<PdfKindOptions>,
): Promise<PageTally> {
  const counted = new PageTally();
  for await (const page of pagesOf(clusters, context)) counted.see(page);
  return counted;
}

/** What a cluster had converted before it failed. */
async function journalled(
  journal: PageJournal | undefined,
  cluster: ItemResult,
  range: PageRange,
): Promise<ReadonlyMap<number, PageResult>> {
  const { sha256 } = clusterFacts(cluster);
  return (await journal?.readPages(sha256, toPageNumbers([range]))) ?? new Map<number, PageResult>();
}
