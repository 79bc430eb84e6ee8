import { newFailure, SmallbatchError, toFailure } from '../../errors.ts';
import type { Failure, Item } from '../../kind.ts';
import type { VersionRange } from './ranges.ts';
import { type Listed, type Lookup, listVersions, toListed } from './resolve-listing.ts';
import type { GalaxyData, GalaxyOptions } from './schema.ts';
import { collectionItem, unresolvedItem } from './split-items.ts';
import type { KnownVersion, Previous } from './split-previous.ts';

/** A range of a collection, and what demands it. */
export interface Wanted {
  readonly namespace: string;
  readonly name: string;
  readonly range: VersionRange;
  readonly by: string;
  /** The server that is asked for it first. */
  readonly server: string;
}

/** A server that the run asks, and what the last run knew of it. */
export interface GalaxyServer {
  readonly url: string;
  readonly upstream: Lookup;
  readonly previous: Previous;
}

export interface ResolveContext {
  /** The run's own comes first. */
  readonly servers: readonly GalaxyServer[];
  readonly options: GalaxyOptions;
  /** More are not followed. */
  readonly collectionsMax?: number;
}

/** A version that was chosen. */
export interface Chosen {
  readonly type: 'version';
  readonly collection: Collection;
  readonly version: string;
  /** When the versions list says that it was changed. */
  readonly updatedAt: string | undefined;
  /** What the last run has of it, if that is good. */
  readonly known: KnownVersion | undefined;
  /** Not since the last run, as far as the dates say. */
  readonly isChanged: boolean;
}

export type Choice = Chosen | { readonly type: 'failed'; readonly item: Item<GalaxyData> };

/** What demands what the requirements file names. */
export const REQUIREMENTS = 'the requirements';

/** One collection in one run: what is asked of the server about it as a whole, and which of its versions are chosen. */
export class Collection {
  readonly namespace: string;
  readonly name: string;
  readonly #options: GalaxyOptions;
  /** The one that has the collection, as far as is known. */
  #server: GalaxyServer;
  /** Those that are asked where it has not. */
  readonly #others: GalaxyServer[];
  readonly #ranges = new Set<string>();
  readonly #chosen = new Set<string>();
  #info: { readonly updatedAt: string; readonly deprecated: boolean } | undefined;
  #failure: Failure | undefined;
  #listed: readonly Listed[] = [];
  /** Where `#listed` comes from: the server, or the last run, of a collection that did not change since. */
  #origin: 'nowhere' | 'server' | 'last run' = 'nowhere';

  /** A requirement is met by its own server; a dependency by any, the one of the version that has it before the others. */
  constructor({ namespace, name, server, by }: Wanted, { servers, options }: ResolveContext) {
    const first = servers.find(({ url }) => url === server);
    if (!first) throw new Error(`expected ${server} to be a server of the run, found none`);
    this.namespace = namespace;
    this.name = name;
    this.#options = options;
    this.#server = first;
    this.#others = by === REQUIREMENTS ? [] : servers.filter((each) => each !== first);
  }

  get server(): GalaxyServer {
    return this.#server;
  }

  get key(): string {
    return `${this.namespace}.${this.name}`;
  }

  /** The versions in these ranges that were not chosen yet, the highest first. A server that fails fails this collection only. */
  async choose(wanted: readonly Wanted[]): Promise<readonly Choice[]> {
    if (this.#failure) return [];
    try {
      await this.#list(wanted);
    } catch (error) {
      if (!(error instanceof SmallbatchError)) throw error;
      return this.#fail(error, wanted);
    }
    return wanted.flatMap((each) => this.#chooseIn(each));
  }

  /** What this run could not read of it, the next one is to ask for, whatever the server's dates say. */
  askAgain(): void {
    if (this.#info) this.#info = { ...this.#info, updatedAt: '' };
  }

  /** What the run found out about it; the last run's record where this one failed. */
  item(): Item<GalaxyData> {
    const { namespace, name } = this;
    const server = this.#server.url;
    const ranges = [...this.#ranges].sort();
    if (this.#info && !this.#failure)
      return collectionItem({ type: 'collection', server, namespace, name, ...this.#info, ranges });
    const record = this.#server.previous.collection(this.key);
    return collectionItem(record ?? { type: 'unresolved', server, namespace, name }, this.#failure);
  }

  async #list(wanted: readonly Wanted[]): Promise<void> {
    this.#info ??= await this.#ask();
    for (const { range } of wanted) this.#ranges.add(this.#toRangeKey(range));
    if (this.#origin === 'server') return;
    if (this.#isCovered(this.#info.updatedAt)) this.#listKnown();
    else {
      this.#listed = await listVersions(this.#server.upstream, this.namespace, this.name);
      this.#origin = 'server';
    }
  }

  async #ask(): Promise<{ updatedAt: string; deprecated: boolean }> {
    try {
      const { updatedAt, deprecated } = await this.#server.upstream.collection(this.namespace, this.name);
      return { updatedAt, deprecated };
    } catch (error) {
      const isMissing = error instanceof SmallbatchError && error.code === 'UPSTREAM_MISSING';
      const next = isMissing ? this.#others.shift() : undefined;
      if (!next) throw error;
      this.#server = next;
      return await this.#ask();
    }
  }

  /** The options that choose are part of it: under others, the last run's versions need not be all. */
  #toRangeKey({ text }: VersionRange): string {
    const { prereleases, latest, mirror } = this.#options;
    return [text, prereleases ? 'prereleases' : '', latest ? `latest ${latest}` : '', mirror ? 'mirror' : '']
      .filter((part) => part !== '')
      .join(' ');
  }

  /** A mirror of all that there is lists it anew: when a version goes, the collection's date stays as it was. */
  #isCovered(updatedAt: string): boolean {
    if (this.#options.mirror) return false;
    const record = this.#server.previous.collection(this.key);
    return (
      record?.updatedAt === updatedAt && [...this.#ranges].every((range) => record.ranges.includes(range))
    );
  }

  #listKnown(): void {
    const known = this.#server.previous.versions(this.key);
    this.#listed = toListed([...known].map(([version, { updatedAt }]) => ({ version, updatedAt })));
    this.#origin = 'last run';
  }

  #chooseIn({ range, by }: Wanted): Choice[] {
    const { prereleases, latest } = this.#options;
    const inRange = this.#listed.filter(({ version }) => range.has(version, prereleases)).slice(0, latest);
    if (inRange.length === 0) return [this.#missing(range, by)];
    return inRange
      .filter(({ version }) => !this.#chosen.has(version.raw))
      .map((listed) => this.#take(listed));
  }

  #take({ version: { raw: version }, updatedAt }: Listed): Chosen {
    this.#chosen.add(version);
    const found = this.#server.previous.versions(this.key).get(version);
    const known = found?.isGood ? found : undefined;
    return {
      type: 'version',
      collection: this,
      version,
      updatedAt,
      known,
      isChanged: known !== undefined && (known.updatedAt !== updatedAt || this.#maySign(known)),
    };
  }

  /** A signature may come later, and moves no date: a mirror asks again for what has none, where there are any or they matter. */
  #maySign({ isSigned }: KnownVersion): boolean {
    const { mirror, keyring, signedOnly } = this.#options;
    const known = this.#server.previous.versions(this.key).values();
    const matters = signedOnly || keyring !== undefined || known.some((each) => each.isSigned);
    return mirror && !isSigned && matters;
  }

  #missing(range: VersionRange, by: string): Choice {
    const { namespace, name, key } = this;
    const highest = this.#listed[0]?.version.raw;
    const found = highest === undefined ? 'none at all' : `${this.#listed.length}, the highest ${highest}`;
    const message = `${key}: expected a version in "${range.text}" (required by ${by}), found ${found}`;
    const record = { type: 'unresolved', server: this.#server.url, namespace, name } as const;
    const failure = newFailure('VERSION_MISSING', message);
    return { type: 'failed', item: unresolvedItem({ ...record, range: range.text }, failure) };
  }

  /** What is known of it stays, whatever the options: that it could not be asked for does not say that it is gone. */
  #fail(error: SmallbatchError, wanted: readonly Wanted[]): Chosen[] {
    const { code, message } = toFailure(error);
    this.#failure = newFailure(code, `${this.key} (required by ${wanted[0]?.by}): ${message}`);
    const known = [...this.#server.previous.versions(this.key)].filter(
      ([version, { isGood }]) => isGood && !this.#chosen.has(version),
    );
    for (const [version] of known) this.#chosen.add(version);
    return known.map(([version, each]) => ({
      type: 'version',
      collection: this,
      version,
      updatedAt: each.updatedAt,
      known: each,
      isChanged: false,
    }));
  }
}
