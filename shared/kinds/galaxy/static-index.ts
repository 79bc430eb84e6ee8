import { createHash } from 'node:crypto';
import semver from 'semver';
import type { ItemResult } from '../../kind.ts';
import type { CollectionRecord, GalaxyRecord, VersionRecord } from './schema.ts';
import { parseRecord, toCollectionKey } from './split-items.ts';
import { tooMany, VERSIONS_MAX } from './split-previous.ts';
import type { MirrorUrls } from './static-urls.ts';

/** What the lists need of a version. */
export interface IndexedVersion {
  readonly version: string;
  readonly sha256: string;
  readonly createdAt: string | undefined;
  readonly updatedAt: string | undefined;
  readonly requiresAnsible: string | undefined;
}

/**
 * The record of a version that readers may see: its tarball lies where the record says, checked. A result that failed and kept its
 * earlier outputs is one as long as they are of the same tarball, and nothing was wrong with its signature.
 */
export function parseVisible(result: ItemResult): VersionRecord | undefined {
  const record = parseRecord(result);
  if (record?.type !== 'version' || result.failure?.code === 'SIGNATURE_INVALID') return undefined;
  return result.outputs.some(({ path }) => path === record.artifact) ? record : undefined;
}

/** One collection with its visible versions, the highest first. */
export class CollectionIndex {
  readonly namespace: string;
  readonly name: string;
  record: CollectionRecord | undefined;
  readonly #versions: IndexedVersion[] = [];
  #isSorted = true;

  constructor({ namespace, name }: { namespace: string; name: string }) {
    this.namespace = namespace;
    this.name = name;
  }

  add({ version, sha256, createdAt, updatedAt, requiresAnsible }: VersionRecord): void {
    this.#versions.push({ version, sha256, createdAt, updatedAt, requiresAnsible });
    this.#isSorted = false;
  }

  get versions(): readonly IndexedVersion[] {
    if (!this.#isSorted) this.#versions.sort((a, b) => semver.compareBuild(b.version, a.version));
    this.#isSorted = true;
    return this.#versions;
  }

  get deprecated(): boolean {
    return this.record?.deprecated ?? false;
  }

  /** The highest release; of prereleases alone, the highest of those. */
  get highest(): string {
    const { versions } = this;
    const release = versions.find(({ version }) => semver.prerelease(version) === null);
    return (release ?? versions[0])?.version ?? '';
  }

  get createdAt(): string {
    return this.versions
      .map(({ createdAt }) => createdAt ?? '')
      .reduce((a, b) => (b !== '' && (a === '' || b < a) ? b : a), '');
  }

  /** Other at every change of what readers see: clients keep a list for as long as this date is the same. */
  updatedAt(urls: MirrorUrls): string {
    const dates = this.versions.map(({ updatedAt, createdAt }) => updatedAt ?? createdAt ?? '');
    const content = this.versions.map(({ version, sha256 }) => [version, sha256]);
    return toMarkedDate([this.record?.updatedAt ?? '', ...dates], [urls.base, this.deprecated, content]);
  }
}

/** What the lists are made of, in few bytes a version: the documents of versions are written while results go by. */
export class MirrorIndex {
  readonly #collections = new Map<string, CollectionIndex>();
  /** Where the mirror lies: `galaxy/<name>`. */
  folder: string | undefined;
  #count = 0;

  /** @throws SmallbatchError SOURCE_TOO_LARGE */
  add(result: ItemResult): void {
    const record = parseRecord(result);
    if (record?.type === 'server') this.folder = record.folder;
    if (record?.type === 'collection') this.#of(record).record = record;
    const visible = parseVisible(result);
    if (!visible) return;
    if (++this.#count > VERSIONS_MAX) throw tooMany();
    this.#of(visible).add(visible);
  }

  /** Those with a version, by name. */
  get collections(): readonly CollectionIndex[] {
    const found = [...this.#collections]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, collection]) => collection);
    return found.filter(({ versions }) => versions.length > 0);
  }

  publishedAt(urls: MirrorUrls): string {
    const dates = this.collections.map((collection) => collection.updatedAt(urls));
    return toMarkedDate(dates, dates);
  }

  #of(record: Extract<GalaxyRecord, { type: 'version' | 'collection' }>): CollectionIndex {
    const key = toCollectionKey(record);
    const found = this.#collections.get(key) ?? new CollectionIndex(record);
    this.#collections.set(key, found);
    return found;
  }
}

/**
 * The latest of the dates to the second, with microseconds that stand for the content: the same results give the same bytes, and
 * others another date, even if it is only the mirror's address that changed.
 */
function toMarkedDate(dates: readonly string[], content: unknown): string {
  const latest = dates.map((date) => Date.parse(date)).reduce((a, b) => (b > a ? b : a), 0);
  const hash = createHash('sha256').update(JSON.stringify(content)).digest();
  const micros = String(hash.readUInt32BE() % 1_000_000).padStart(6, '0');
  return `${new Date(latest).toISOString().slice(0, 19)}.${micros}Z`;
}
