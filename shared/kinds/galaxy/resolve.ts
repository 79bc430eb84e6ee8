import { pMapIterable } from 'p-map';
import { newFailure, SmallbatchError, toFailure } from '../../errors.ts';
import type { Item } from '../../kind.ts';
import type { Requirement } from './requirements-entry.ts';
import {
  type Choice,
  type Chosen,
  Collection,
  REQUIREMENTS,
  type ResolveContext,
  type Wanted,
} from './resolve-collection.ts';
import { parseDependency } from './resolve-dependency.ts';
import type { GalaxyData } from './schema.ts';
import { toCollectionKey, toVersionId, unresolvedItem, versionItem } from './split-items.ts';
import { type Dependencies, tooMany, VERSIONS_MAX } from './split-previous.ts';

/** Requests at work at once, together eight: a Galaxy serves many others. */
const COLLECTIONS_AT_ONCE = 2;
const DETAILS_AT_ONCE = 6;

/** What becomes of a version: an item, or, as nothing changed, its id alone (the last run's item is taken). */
export type Resolved =
  | { readonly type: 'item'; readonly item: Item<GalaxyData> }
  | { readonly type: 'same'; readonly id: string };

/** All of galaxy.ansible.com has 4,000. */
const COLLECTIONS_MAX = 5_000;
/** More are counted as one. */
const UNFOLLOWED_KEPT = 10_000;

/** The collections that are over the run's budget, as one failed item: its message counts them. */
class Unfollowed {
  readonly #first: Wanted;
  readonly #most: number;
  readonly #server: string;
  readonly #keys = new Set<string>();

  constructor(first: Wanted, most: number, server: string) {
    this.#first = first;
    this.#most = most;
    this.#server = server;
  }

  add(key: string): void {
    if (this.#keys.size < UNFOLLOWED_KEPT) this.#keys.add(key);
  }

  item(): Item<GalaxyData> {
    const { namespace, name, range, by } = this.#first;
    const more =
      this.#keys.size === UNFOLLOWED_KEPT ? `at least ${UNFOLLOWED_KEPT - 1}` : this.#keys.size - 1;
    const message =
      `expected at most ${this.#most} collections (budgets.galaxy.collections of the config), found ${namespace}.${name} ` +
      `(required by ${by}) and ${more} more, which are left out`;
    const record = { type: 'unresolved', server: this.#server, namespace, name, range: range.text } as const;
    return unresolvedItem(record, newFailure('BUDGET_SPENT', message));
  }
}

interface Answer {
  readonly resolved: readonly Resolved[];
  /** What depends, and on what. */
  readonly by: string;
  /** Whose version it is. */
  readonly server: string;
  readonly dependencies: Dependencies;
}

/**
 * Requirements → versions → what they depend on, as further requirements, and so on until nothing new is required. Every
 * version comes once, always in the same order; then the collections, with the ranges that they were asked for.
 */
export class Resolver {
  readonly #context: ResolveContext;
  readonly #collections = new Map<string, Collection>();
  /** Ranges by collection that have been required, so that each is followed once. */
  readonly #required = new Set<string>();
  readonly #admitted = new Set<string>();
  #unfollowed: Unfollowed | undefined;
  #count = 0;

  constructor(context: ResolveContext) {
    this.#context = context;
  }

  /** @throws SmallbatchError SOURCE_TOO_LARGE */
  async *resolve(requirements: readonly Requirement[]): AsyncGenerator<Resolved> {
    let wave = new Map<string, Wanted[]>();
    for (const requirement of requirements) this.#require({ ...requirement, by: REQUIREMENTS }, wave);
    while (wave.size > 0) {
      const next = new Map<string, Wanted[]>();
      for await (const { resolved, ...answer } of this.#answer(wave)) {
        yield* resolved;
        for (const item of this.#follow(answer, next)) yield { type: 'item', item };
      }
      wave = next;
    }
    for (const collection of this.#collections.values()) yield { type: 'item', item: collection.item() };
    if (this.#unfollowed) yield { type: 'item', item: this.#unfollowed.item() };
  }

  #answer(wave: ReadonlyMap<string, readonly Wanted[]>): AsyncIterable<Answer> {
    return pMapIterable(this.#choices(wave), (choice) => this.#read(choice), {
      concurrency: DETAILS_AT_ONCE,
    });
  }

  async *#choices(wave: ReadonlyMap<string, readonly Wanted[]>): AsyncIterable<Choice> {
    const chosen = pMapIterable(
      wave,
      async ([key, wanted]) => await this.#collection(key, wanted).choose(wanted),
      { concurrency: COLLECTIONS_AT_ONCE },
    );
    for await (const choices of chosen) {
      this.#count += choices.length;
      if (this.#count > VERSIONS_MAX) throw tooMany();
      yield* choices;
    }
  }

  #collection(key: string, [first]: readonly Wanted[]): Collection {
    const found = this.#collections.get(key) ?? (first && new Collection(first, this.#context));
    if (!found) throw new Error(`expected a requirement of ${key}, found none`);
    this.#collections.set(key, found);
    return found;
  }

  async #read(choice: Choice): Promise<Answer> {
    if (choice.type === 'failed') {
      const { item } = choice;
      return { resolved: [{ type: 'item', item }], by: item.id, server: '', dependencies: {} };
    }
    const { collection, version, known, isChanged } = choice;
    const by = toVersionId(collection.key, version);
    const server = collection.server.url;
    if (known && !isChanged)
      return { resolved: [{ type: 'same', id: by }], by, server, dependencies: known.dependencies };
    try {
      const { item, dependencies } = await readDetail(choice);
      return { resolved: [{ type: 'item', item }], by, server, dependencies };
    } catch (error) {
      if (!(error instanceof SmallbatchError)) throw error;
      return {
        resolved: toUnread(choice, error, server),
        by,
        server,
        dependencies: known?.dependencies ?? {},
      };
    }
  }

  /** Adds what a version depends on to the next wave; returns what can't be followed. */
  #follow(
    { by, server, dependencies }: Omit<Answer, 'resolved'>,
    next: Map<string, Wanted[]>,
  ): Item<GalaxyData>[] {
    const { dependencies: isFollowed, excludes } = this.#context.options;
    if (!isFollowed) return [];
    const failed: Item<GalaxyData>[] = [];
    for (const dependency of Object.entries(dependencies)) {
      if (excludes.includes(dependency[0])) continue;
      const wanted = parseDependency(dependency, by, server);
      if ('range' in wanted) this.#require(wanted, next);
      else if (this.#isNew(dependency.join(' '))) failed.push(wanted);
    }
    return failed;
  }

  #require(wanted: Wanted, wave: Map<string, Wanted[]>): void {
    const key = toCollectionKey(wanted);
    if (!this.#admits(key, wanted)) return;
    if (this.#isNew(`${key} ${wanted.range.text}`)) wave.set(key, [...(wave.get(key) ?? []), wanted]);
  }

  /** Only so many collections are followed: servers may name new ones without end. */
  #admits(key: string, wanted: Wanted): boolean {
    const most = this.#context.collectionsMax ?? COLLECTIONS_MAX;
    if (this.#admitted.has(key)) return true;
    if (this.#admitted.size < most) return this.#admitted.add(key).size > 0;
    this.#unfollowed ??= new Unfollowed(wanted, most, this.#context.servers[0]?.url ?? '');
    this.#unfollowed.add(key);
    return false;
  }

  #isNew(required: string): boolean {
    if (this.#required.has(required)) return false;
    this.#required.add(required);
    return true;
  }
}

async function readDetail({ collection: { namespace, name, server }, version, updatedAt }: Chosen) {
  const { url, upstream } = server;
  const facts = await upstream.version(namespace, name, version);
  // what the next run compares with is what its list says
  const dated = { ...facts, updatedAt: updatedAt ?? facts.updatedAt };
  return { item: versionItem(url, dated, upstream.collections), dependencies: facts.dependencies };
}

/** The version's detail could not be read. What is mirrored of it stays as it was, and the next run asks again. */
function toUnread(
  { collection, version, known }: Chosen,
  error: SmallbatchError,
  server: string,
): Resolved[] {
  const { namespace, name, key } = collection;
  const id = toVersionId(key, version);
  const { code, message } = toFailure(error);
  const failure = newFailure(code, `${id}: ${message}`);
  const record = { type: 'unresolved', server, namespace, name } as const;
  if (!known) return [{ type: 'item', item: unresolvedItem({ ...record, version }, failure) }];
  collection.askAgain();
  const item = unresolvedItem({ ...record, range: version }, failure);
  return [
    { type: 'same', id },
    { type: 'item', item },
  ];
}
