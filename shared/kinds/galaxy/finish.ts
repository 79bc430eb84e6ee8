import { pMapIterable } from 'p-map';
import { SmallbatchError } from '../../errors.ts';
import type { FinishContext } from '../../kind.ts';
import type { GalaxyOptions } from './schema.ts';
import {
  apiDocument,
  collectionDocument,
  collectionsDocument,
  type Document,
  noDocsDocument,
  rootDocument,
  versionDocument,
  versionsDocument,
} from './static-documents.ts';
import { MirrorIndex, parseVisible } from './static-index.ts';
import { MirrorUrls, toAllKeys, toKeys } from './static-urls.ts';

const JSON_TYPE = 'application/json';
/** Writes take 20 ms each, and a document is a kilobyte. */
const WRITES_AT_ONCE = 16;

type Context = FinishContext<GalaxyOptions>;

/**
 * Writes the static Galaxy v3 tree from the manifest, in the order in which readers may follow it: tarballs are at their places
 * already; then every version's document, the lists of versions, the collections, the root. Rendered whole each time, since the
 * records name no host and the documents do; what is there already is not written again.
 */
export async function finish(context: Context): Promise<void> {
  const index = new MirrorIndex();
  for await (const result of context.results()) index.add(result);
  // the run has no other items where everything failed in split
  if (index.folder === undefined)
    throw new SmallbatchError('JOIN_FAILED', 'expected the record of the server, found none');
  const urls = new MirrorUrls(context.options.baseUrl, index.folder);
  const { collections } = index;
  await putAll(versionDocuments(context, urls), context);
  await putAll(collections.map((each) => versionsDocument(each, urls)).flatMap(toCopies), context);
  await putAll(collections.map((each) => collectionDocument(each, urls)).flatMap(toCopies), context);
  const lists = toCopies(collectionsDocument(collections, urls));
  await putAll([...lists, apiDocument(index.publishedAt(urls)), rootDocument()], context);
}

async function* versionDocuments({ results }: Context, urls: MirrorUrls): AsyncGenerator<Document> {
  for await (const result of results()) {
    const record = parseVisible(result);
    if (!record) continue;
    yield* toCopies(versionDocument(record, urls));
    const docs = noDocsDocument(record);
    const hasDocs = result.outputs.some(({ path }) => path === docs.path);
    if (!hasDocs) for (const path of toKeys(docs.path)) yield { ...docs, path };
  }
}

const toCopies = ({ path, body }: Document): Document[] =>
  toAllKeys(path).map((key) => ({ path: key, body }));

async function putAll(
  documents: Iterable<Document> | AsyncIterable<Document>,
  { put }: Context,
): Promise<void> {
  const written = pMapIterable(documents, ({ path, body }) => put(path, body, JSON_TYPE), {
    concurrency: WRITES_AT_ONCE,
  });
  for await (const _ of written) {
    // the next one begins as soon as one is done
  }
}
