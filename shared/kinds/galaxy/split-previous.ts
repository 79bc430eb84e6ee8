import { SmallbatchError } from '../../errors.ts';
import type { ItemResult } from '../../kind.ts';
import type { CollectionRecord, GalaxyRecord, ServerRecord, VersionRecord } from './schema.ts';
import { parseRecord, toCollectionKey } from './split-items.ts';

/** All of galaxy.ansible.com has 60,000; a version takes 300 bytes of memory in split and in finish. */
export const VERSIONS_MAX = 100_000;

export type Dependencies = Readonly<Record<string, string>>;

/** What is remembered of a version. Its whole record is read once more when it is needed. */
export interface KnownVersion {
  readonly updatedAt: string | undefined;
  readonly dependencies: Dependencies;
  readonly isSigned: boolean;
  /** Its result was good: it need not be asked for, as long as it is unchanged. */
  readonly isGood: boolean;
}

/** A version whose detail could not be read: known by its name alone. */
const UNKNOWN: KnownVersion = { updatedAt: undefined, dependencies: {}, isSigned: false, isGood: false };
const NO_VERSIONS: ReadonlyMap<string, KnownVersion> = new Map();

/** What the last published run knew of the server that is now asked, in few bytes a version. */
export class Previous {
  server: ServerRecord | undefined;
  failures = 0;
  readonly #collections = new Map<string, CollectionRecord>();
  readonly #versions = new Map<string, Map<string, KnownVersion>>();
  /** Most versions of a collection depend on the same. */
  readonly #dependencies = new Map<string, Dependencies>();
  #count = 0;

  /** @throws SmallbatchError SOURCE_TOO_LARGE */
  static async read(results: AsyncIterable<ItemResult>, server: string): Promise<Previous> {
    const previous = new Previous();
    for await (const result of results) {
      if (result.status === 'failed') previous.failures++;
      const record = parseRecord(result);
      if (record?.server === server) previous.#add(record, result.status !== 'failed');
    }
    return previous;
  }

  collection(key: string): CollectionRecord | undefined {
    return this.#collections.get(key);
  }

  versions(key: string): ReadonlyMap<string, KnownVersion> {
    return this.#versions.get(key) ?? NO_VERSIONS;
  }

  #add(record: GalaxyRecord, isGood: boolean): void {
    if (record.type === 'server') this.server = record;
    else if (record.type === 'collection') this.#collections.set(toCollectionKey(record), record);
    else if (record.type === 'version')
      this.#addVersion(record, record.version, toKnown(record, isGood, this.#share(record)));
    else if (record.version !== undefined) this.#addVersion(record, record.version, UNKNOWN);
  }

  #addVersion(of: { namespace: string; name: string }, version: string, known: KnownVersion): void {
    if (++this.#count > VERSIONS_MAX) throw tooMany();
    const key = toCollectionKey(of);
    const versions = this.#versions.get(key) ?? new Map<string, KnownVersion>();
    this.#versions.set(key, versions.set(version, known));
  }

  #share({ dependencies }: VersionRecord): Dependencies {
    const text = JSON.stringify(dependencies);
    const shared = this.#dependencies.get(text) ?? dependencies;
    this.#dependencies.set(text, shared);
    return shared;
  }
}

const toKnown = (
  { updatedAt, signatures }: VersionRecord,
  isGood: boolean,
  dependencies: Dependencies,
): KnownVersion => ({
  updatedAt,
  dependencies,
  isSigned: signatures.length > 0,
  isGood,
});

export const tooMany = (): SmallbatchError =>
  new SmallbatchError(
    'SOURCE_TOO_LARGE',
    `expected a mirror of at most ${VERSIONS_MAX} collection versions, found more; use several, or the option latest`,
  );
