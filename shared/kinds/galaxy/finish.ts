import { pMapIterable } from 'p-map';
import { SmallbatchError } from '../../errors.ts';
import type { FinishContext } from '../../kind.ts';
import type { GalaxyOptions } from './schema.ts';
import {
  apiDocument,
  collectionDocument,
  type Document,
  rootDocument,
  versionBody,
  versionsDocument,
} from './static-documents.ts';
import { MirrorIndex, parseVisible } from './static-index.ts';
import { MirrorUrls, versionKeys } from './static-urls.ts';

const JSON_TYPE = 'application/json';
/** Writes take 20 ms each, and a document is a kilobyte. */
const WRITES_AT_ONCE = 16;

type Context = FinishContext<GalaxyOptions>;

/**
 * Writes the static Galaxy v3 tree from the manifest, in the order in which readers may follow it: tarballs are at their places
 * already; then every version's document, the lists of versions, the collections, the root. Written whole each time, since the
 * records name no host and the documents do.
 */
export async function finish(context: Context): Promise<void> {
  const index = new MirrorIndex();
  for await (const result of context.results()) index.add(result);
  // the run has no other items where everything failed in split
  if (index.folder === undefined)
    throw new SmallbatchError('JOIN_FAILED', 'expected the record of the server, found none');
  const urls = new MirrorUrls(context.options.baseUrl, index.folder);
  await putAll(versionDocuments(context, urls), context);
  const { collections } = index;
  await putAll(
    collections.map((collection) => versionsDocument(collection, urls)),
    context,
  );
  await putAll(
    collections.map((collection) => collectionDocument(collection, urls)),
    context,
  );
  await putAll([apiDocument(index.publishedAt(urls)), rootDocument()], context);
}

async function* versionDocuments({ results }: Context, urls: MirrorUrls): AsyncGenerator<Document> {
  for await (const result of results()) {
    const record = parseVisible(result);
    if (!record) continue;
    const body = versionBody(record, urls);
    for (const path of versionKeys(record)) yield { path, body };
  }
}

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
