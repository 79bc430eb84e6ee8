import { SmallbatchError } from '../../errors.ts';
import type { Detail, Item, ItemResult } from '../../kind.ts';
import type { DocumentFacts } from '../../pdf/facts.ts';
import type { PdfData } from './schema.ts';

type Facts = Pick<DocumentFacts, 'sha256' | 'pages' | 'title' | 'isRepaired'>;

/** What every result tells, also where its item failed; `join` reads a page cluster's. */
export function factsOf({ data }: Item<PdfData>): Detail {
  if (data.type === 'other') return {};
  const { name, bytes } = data.origin;
  if (data.type === 'document') return { document: name, bytes };
  const { sha256, pages, title, isRepaired } = data.facts;
  return {
    document: name,
    sha256,
    documentPages: pages,
    isRepaired,
    ...(title === undefined ? {} : { documentTitle: title }),
  };
}

/** @throws SmallbatchError JOIN_FAILED */
export function clusterFacts(cluster: ItemResult | undefined): Facts {
  const { sha256, documentPages, documentTitle, isRepaired } = cluster?.detail ?? {};
  if (typeof sha256 !== 'string' || typeof documentPages !== 'number')
    throw new SmallbatchError('JOIN_FAILED', `expected the document's facts in the result of ${cluster?.id}`);
  return {
    sha256,
    pages: documentPages,
    title: typeof documentTitle === 'string' ? documentTitle : undefined,
    isRepaired: isRepaired === true,
  };
}
