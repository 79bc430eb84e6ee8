import type { VersionRecord } from './schema.ts';
import type { CollectionIndex, IndexedVersion } from './static-index.ts';
import {
  API,
  COLLECTIONS,
  collectionPath,
  docsPath,
  type MirrorUrls,
  ROOT,
  versionPath,
  versionsPath,
} from './static-urls.ts';

/** Documents of the Galaxy v3 API, as far as `ansible-galaxy` and Pulp read them. */
export interface Document {
  readonly path: string;
  readonly body: string;
}

const toDocument = (path: string, value: object): Document => ({ path, body: `${JSON.stringify(value)}\n` });

/** What the configured URL answers. Without it, clients would look for an `api/` below. */
export const rootDocument = (): Document => toDocument(ROOT, { available_versions: { v3: 'v3/' } });

/** Pulp asks whether anything was changed before it asks for more. */
export const apiDocument = (published: string): Document => toDocument(API, { published });

/** All collections on one page. */
export function collectionsDocument(collections: readonly CollectionIndex[], urls: MirrorUrls): Document {
  return toPage(
    COLLECTIONS,
    collections.map((collection) => toListedCollection(collection, urls)),
    urls,
  );
}

export const collectionDocument = (collection: CollectionIndex, urls: MirrorUrls): Document =>
  toDocument(collectionPath(collection), toListedCollection(collection, urls));

function toListedCollection(collection: CollectionIndex, urls: MirrorUrls) {
  const { namespace, name, deprecated, createdAt, highest } = collection;
  return {
    href: urls.href(collectionPath(collection)),
    namespace,
    name,
    deprecated,
    versions_url: urls.href(versionsPath(collection)),
    highest_version: {
      href: urls.href(versionPath({ namespace, name, version: highest })),
      version: highest,
    },
    created_at: createdAt,
    updated_at: collection.updatedAt(urls),
    download_count: 0,
  };
}

/** One page, whatever was asked for: a store of objects can't read a query. */
export function versionsDocument(collection: CollectionIndex, urls: MirrorUrls): Document {
  const { namespace, name, versions } = collection;
  const data = versions.map((each) => ({
    ...toListed(each),
    href: urls.href(versionPath({ namespace, name, version: each.version })),
    marks: [],
  }));
  return toPage(versionsPath(collection), data, urls);
}

function toPage(path: string, data: readonly object[], urls: MirrorUrls): Document {
  const href = urls.href(path);
  const links = { first: href, previous: null, next: null, last: href };
  return toDocument(path, { meta: { count: data.length }, links, data });
}

/** Pulp asks for the documentation of each version, and gives up its whole sync at a 404. */
export const noDocsDocument = (record: VersionRecord): Document =>
  toDocument(docsPath(record), { docs_blob: {} });

export function versionDocument(record: VersionRecord, urls: MirrorUrls): Document {
  const { namespace, name, sha256, size, dependencies, tags, about = NOTHING } = record;
  return toDocument(versionPath(record), {
    ...toListed(record),
    href: urls.href(versionPath(record)),
    name,
    namespace: { name: namespace },
    collection: { name, href: urls.href(collectionPath(record)) },
    artifact: { filename: record.artifact.split('/').at(-1), sha256, size },
    download_url: urls.download(record),
    metadata: {
      dependencies,
      tags,
      authors: about.authors,
      license: about.license,
      description: about.description ?? '',
      documentation: about.documentation ?? '',
      homepage: about.homepage ?? '',
      issues: about.issues ?? '',
      repository: about.repository ?? '',
    },
    signatures: record.signatures.map(({ signature, pubkeyFingerprint, signingService }) => ({
      signature,
      pubkey_fingerprint: pubkeyFingerprint ?? null,
      signing_service: signingService ?? null,
    })),
  });
}

/** Of a version that was mirrored before these were kept. */
const NOTHING: NonNullable<VersionRecord['about']> = { authors: [], license: [] };

const toListed = ({ version, createdAt, updatedAt, requiresAnsible }: IndexedVersion | VersionRecord) => ({
  version,
  created_at: createdAt ?? null,
  updated_at: updatedAt ?? createdAt ?? null,
  requires_ansible: requiresAnsible ?? null,
});
