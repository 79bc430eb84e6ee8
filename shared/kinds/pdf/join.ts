import { SmallbatchError } from '../../errors.ts';
import type { Item, ItemResult, JoinContext, Outcome, Output } from '../../kind.ts';
import type { PageResult } from '../../pdf/page.ts';
import type { PageJournal } from '../../pdf/page-journal.ts';
import { readClusters } from '../../pdf/page-lines.ts';
import { type PageRange, toPageNumbers } from '../../pdf/page-ranges.ts';
import { PageTally } from '../../pdf/page-tally.ts';
import { clusterFacts } from './cluster-facts.ts';
import { copyFigures } from './figures.ts';
import { type ConvertedDocument, putDocument } from './outputs.ts';
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
  return await putDocument(item.data.origin, clustersOf(context), context);
}

function clustersOf(context: JoinContext<PdfKindOptions>): ConvertedDocument {
  const tally = new PageTally();
  const journal = toPageJournal(context);
  const figures: Output[] = [];
  let last: ItemResult | undefined;
  async function* seen(): AsyncGenerator<ItemResult> {
    for await (const result of context.results) {
      last = result;
      figures.push(...result.outputs.slice(1));
      const { cachedPages } = result.detail ?? {};
      if (typeof cachedPages === 'number') tally.addCached(cachedPages);
      yield result;
    }
  }
  const rescue = async (cluster: ItemResult, range: PageRange) => await journalled(journal, cluster, range);
  const read = context.read.bind(context);
  return {
    results: tally.over(readClusters({ results: seen(), read, rescue })),
    tally,
    facts: () => clusterFacts(last),
    figures: () => copyFigures(figures, context),
  };
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
