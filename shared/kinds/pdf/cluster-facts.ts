import { SmallbatchError } from '../../errors.ts';
import type { Detail, Item, ItemResult } from '../../kind.ts';
import { type DocumentFacts, documentFactsSchema } from '../../pdf/facts-schema.ts';
import type { PdfData } from './schema.ts';

/** What is told of a document beside its pages. */
export type ToldFacts = Pick<DocumentFacts, 'sha256' | 'pages' | 'metadata' | 'isRepaired'>;

const toldFacts = documentFactsSchema.pick({ sha256: true, pages: true, metadata: true, isRepaired: true });

/** What every result tells, also where its item failed; `join` reads a page cluster's. */
export function factsOf({ data }: Item<PdfData>): Detail {
  if (data.type === 'other') return {};
  const { name, bytes } = data.origin;
  if (data.type === 'document') return { document: name, bytes };
  return { document: name, facts: toldFacts.parse(data.facts) };
}

/** @throws SmallbatchError JOIN_FAILED */
export function clusterFacts(cluster: ItemResult | undefined): ToldFacts {
  const parsed = toldFacts.safeParse(cluster?.detail?.facts);
  if (parsed.success) return parsed.data;
  throw new SmallbatchError('JOIN_FAILED', `expected the document's facts in the result of ${cluster?.id}`);
}
