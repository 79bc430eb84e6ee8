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
}

export interface ResolveContext {
  readonly upstream: Lookup;
  readonly previous: Previous;
  readonly options: GalaxyOptions;
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

/** One collection in one run: what is asked of the server about it as a whole, and which of its versions are chosen. */
export class Collection {
  readonly namespace: string;
  readonly name: string;
  readonly #context: ResolveContext;
  readonly #ranges = new Set<string>();
  readonly #chosen = new Set<string>();
  #info: { readonly updatedAt: string; readonly deprecated: boolean } | undefined;
  #failure: Failure | undefined;
  #listed: readonly Listed[] = [];
  /** Where `#listed` comes from: the server, or the last run, of a collection that did not change since. */
  #origin: 'nowhere' | 'server' | 'last run' = 'nowhere';

  constructor({ namespace, name }: { namespace: string; name: string }, context: ResolveContext) {
    this.namespace = namespace;
    this.name = name;
    this.#context = context;
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
    const { server } = this.#context.options;
    const ranges = [...this.#ranges].sort();
    if (this.#info && !this.#failure)
      return collectionItem({ type: 'collection', server, namespace, name, ...this.#info, ranges });
    const record = this.#context.previous.collection(this.key);
    return collectionItem(record ?? { type: 'unresolved', server, namespace, name }, this.#failure);
  }

  async #list(wanted: readonly Wanted[]): Promise<void> {
    const { upstream } = this.#context;
    if (!this.#info) {
      const { updatedAt, deprecated } = await upstream.collection(this.namespace, this.name);
      this.#info = { updatedAt, deprecated };
    }
    for (const { range } of wanted) this.#ranges.add(this.#toRangeKey(range));
    if (this.#origin === 'server') return;
    if (this.#isCovered(this.#info.updatedAt)) this.#listKnown();
    else {
      this.#listed = await listVersions(upstream, this.namespace, this.name);
      this.#origin = 'server';
    }
  }

  /** The options that choose are part of it: under others, the last run's versions need not be all. */
  #toRangeKey({ text }: VersionRange): string {
    const { prereleases, latest, mirror } = this.#context.options;
    return [text, prereleases ? 'prereleases' : '', latest ? `latest ${latest}` : '', mirror ? 'mirror' : '']
      .filter((part) => part !== '')
      .join(' ');
  }

  /** A mirror of all that there is lists it anew: when a version goes, the collection's date stays as it was. */
  #isCovered(updatedAt: string): boolean {
    if (this.#context.options.mirror) return false;
    const record = this.#context.previous.collection(this.key);
    return (
      record?.updatedAt === updatedAt && [...this.#ranges].every((range) => record.ranges.includes(range))
    );
  }

  #listKnown(): void {
    const known = this.#context.previous.versions(this.key);
    this.#listed = toListed([...known].map(([version, { updatedAt }]) => ({ version, updatedAt })));
    this.#origin = 'last run';
  }

  #chooseIn({ range, by }: Wanted): Choice[] {
    const { prereleases, latest } = this.#context.options;
    const inRange = this.#listed.filter(({ version }) => range.has(version, prereleases)).slice(0, latest);
    if (inRange.length === 0) return [this.#missing(range, by)];
    return inRange
      .filter(({ version }) => !this.#chosen.has(version.raw))
      .map((listed) => this.#take(listed));
  }

  #take({ version: { raw: version }, updatedAt }: Listed): Chosen {
    this.#chosen.add(version);
    const found = this.#context.previous.versions(this.key).get(version);
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
    const { mirror, keyring, signedOnly } = this.#context.options;
    const known = this.#context.previous.versions(this.key).values();
    const matters = signedOnly || keyring !== undefined || known.some((each) => each.isSigned);
    return mirror && !isSigned && matters;
  }

  #missing(range: VersionRange, by: string): Choice {
    const { namespace, name, key } = this;
    const highest = this.#listed[0]?.version.raw;
    const found = highest === undefined ? 'none at all' : `${this.#listed.length}, the highest ${highest}`;
    const message = `${key}: expected a version in "${range.text}" (required by ${by}), found ${found}`;
    const record = { type: 'unresolved', server: this.#context.options.server, namespace, name } as const;
    const failure = newFailure('VERSION_MISSING', message);
    return { type: 'failed', item: unresolvedItem({ ...record, range: range.text }, failure) };
  }

  /** What is known of it stays, whatever the options: that it could not be asked for does not say that it is gone. */
  #fail(error: SmallbatchError, wanted: readonly Wanted[]): Chosen[] {
    const { code, message } = toFailure(error);
    this.#failure = newFailure(code, `${this.key} (required by ${wanted[0]?.by}): ${message}`);
    const known = [...this.#context.previous.versions(this.key)].filter(
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
