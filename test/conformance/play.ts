/** Plays the engine for one source of any kind, in memory: splits it, runs every item, expands and joins, finishes. */
import { createHash } from 'node:crypto';
import { type Failure, toFailure } from '../../shared/errors.ts';
import type {
  CallContext,
  Item,
  ItemResult,
  JoinContext,
  Kind,
  Output,
  SplitEntry,
} from '../../shared/kind.ts';
import { bufferSource } from '../../shared/range-source.ts';
import { placesOf } from '../../shared/run/places.ts';
import { failed, toResult } from '../../shared/run/results.ts';
import { noObjects } from '../support/kinds/no-objects.ts';
import type { Fixture, Opened, Source } from './fixture.ts';

export interface Played {
  /** Why the source as a whole failed. */
  readonly failure?: Failure;
  readonly entries: readonly SplitEntry[];
  readonly results: readonly ItemResult[];
  /** What was stored: a path's bytes as SHA-256, and how many times other bytes were put there. */
  readonly outputs: ReadonlyMap<
    string,
    { readonly sha256: string; readonly bytes: number; readonly changes: number }
  >;
}

export interface Setting extends Pick<Opened, 'options' | 'allowedHosts' | 'invoke'> {
  readonly timeless?: Fixture['timeless'];
  /** The one folder that an item may write to. */
  readonly scratch: string;
  /** Called before an item (or a cluster of calls) runs; what it returns is called when it is done. */
  readonly onItem?: (item: Item) => () => void;
}

const RUN = 'conformance.1';
const STARTED_AT = new Date('2026-11-21T12:00:00Z');

/** The items of a source, from a cursor on if there is one. */
export async function* splitFrom(
  kind: Kind,
  source: Source,
  setting: Setting,
  cursor?: string,
): AsyncGenerator<SplitEntry> {
  const split = await kind.split();
  yield* split({
    ...toKindContext(kind, source, setting),
    cursor,
    startedAt: STARTED_AT,
    isUnchanged: () => false,
    leaveOut: () => undefined,
    companion: async () => undefined,
    previous: () => toAsync([]),
  });
}

export async function play(kind: Kind, source: Source, setting: Setting): Promise<Played> {
  const store = new Store(setting.timeless);
  const player = new Player(kind, source, setting, store);
  const entries: SplitEntry[] = [];
  try {
    for await (const entry of splitFrom(kind, source, setting)) entries.push(entry);
  } catch (error) {
    return { failure: toFailure(error), entries, results: [], outputs: store.outputs };
  }
  const results = await player.runAll(entries.map(({ item }) => item));
  await player.finish(results);
  return { entries, results, outputs: store.outputs };
}

function toKindContext(kind: Kind, { key, bytes }: Source, { options = {}, allowedHosts = [] }: Setting) {
  return {
    source: { ...bufferSource(bytes), key },
    options: kind.options.parse(options),
    allowedHosts,
    objects: noObjects,
    servers: async () => [],
    secret: (name: string) => Promise.reject(new Error(`expected no request for a secret, found ${name}`)),
  };
}

/** Keeps what is put, at paths that readers could find it at. */
class Store {
  readonly outputs = new Map<string, { sha256: string; bytes: number; changes: number }>();
  readonly #bodies = new Map<string, Buffer>();
  readonly #timeless: NonNullable<Fixture['timeless']> | undefined;

  constructor(timeless: Fixture['timeless']) {
    this.#timeless = timeless;
  }

  async put(path: string, body: Uint8Array | string | AsyncIterable<Uint8Array>): Promise<number> {
    const bytes = await gathered(body);
    const lasting = this.#timeless?.(bytes.toString()) ?? bytes;
    const sha256 = createHash('sha256').update(lasting).digest('hex');
    const before = this.outputs.get(path);
    const changes = (before?.changes ?? 0) + (before && before.sha256 !== sha256 ? 1 : 0);
    this.outputs.set(path, { sha256, bytes: bytes.length, changes });
    this.#bodies.set(path, bytes);
    return bytes.length;
  }

  async *read({ path }: Output): AsyncGenerator<Uint8Array> {
    const body = this.#bodies.get(path);
    if (!body) throw new Error(`expected an output that was put, found ${path}`);
    yield body;
  }
}

class Player {
  readonly #kind: Kind;
  readonly #setting: Setting;
  readonly #store: Store;
  readonly #context: CallContext<unknown> & Omit<JoinContext<unknown>, 'results'>;

  constructor(kind: Kind, source: Source, setting: Setting, store: Store) {
    this.#kind = kind;
    this.#setting = setting;
    this.#store = store;
    const places = placesOf(kind, 'conformance', RUN);
    const journal = new Map<string, Buffer>();
    this.#context = {
      ...toKindContext(kind, source, setting),
      scratch: setting.scratch,
      signal: new AbortController().signal,
      models: { claimCall: () => undefined, noteTokens: () => undefined },
      stage: () => undefined,
      journal: {
        read: async (key) => journal.get(key),
        write: async (key, body) => void journal.set(key, Buffer.from(body)),
      },
      async put(path, body, contentType) {
        places.published({ path });
        return { path, bytes: await store.put(path, body), contentType };
      },
      read: (output) => store.read(output),
      run: RUN,
      cluster: '0',
      calls: 1,
      remainingMs: () => kind.limits.timeoutSeconds * 1000,
      progress: async () => ({ ok: 0, failed: 0 }),
      invoke: async (request) => {
        if (!setting.invoke) throw new Error(`expected no call, found one of ${request.functionName}`);
        return await setting.invoke(request);
      },
    };
  }

  /** Items travel as JSON, so they are turned into it and back. */
  async runAll(sent: readonly Item[]): Promise<ItemResult[]> {
    const items: Item[] = JSON.parse(JSON.stringify(sent));
    const { callAll } = await this.#kind.work();
    if (callAll) return await this.#callAll(items);
    const results: ItemResult[] = [];
    for (const item of items) results.push(await this.#run(item));
    return results;
  }

  async #run(item: Item): Promise<ItemResult> {
    const started = performance.now();
    if (item.failure) return toResult(this.#kind, item, failed(item.failure), started);
    const done = this.#setting.onItem?.(item);
    try {
      const work = await this.#kind.work();
      const own = { ...item, data: this.#kind.data.parse(item.data) };
      const outcome = await work.process(own, this.#context);
      if (outcome.type === 'done') return toResult(this.#kind, item, outcome, started);
      const children = await this.runAll(outcome.items);
      const joined = await work.join?.(own, { ...this.#context, results: toAsync(children) });
      if (joined?.type !== 'done') throw new Error(`expected ${item.id} to be joined, found ${joined?.type}`);
      return toResult(this.#kind, item, joined, started);
    } catch (error) {
      return toResult(this.#kind, item, failed(toFailure(error)), started);
    } finally {
      done?.();
    }
  }

  async #callAll(items: readonly Item[]): Promise<ItemResult[]> {
    const started = performance.now();
    const good = items.filter(({ failure }) => !failure);
    const done = good[0] && this.#setting.onItem?.(good[0]);
    const work = await this.#kind.work();
    const own = good.map((item) => ({ ...item, data: this.#kind.data.parse(item.data) }));
    const outcomes = (await work.callAll?.(own, this.#context)) ?? [];
    done?.();
    return items.map((item) => {
      const outcome = outcomes[good.indexOf(item)]?.done;
      return toResult(
        this.#kind,
        item,
        item.failure ? failed(item.failure) : (outcome ?? failed(noOutcome(item))),
        started,
      );
    });
  }

  async finish(results: readonly ItemResult[]): Promise<void> {
    const { finish } = await this.#kind.work();
    await finish?.({
      options: this.#context.options,
      startedAt: STARTED_AT,
      results: () => toAsync(results),
      read: (output) => this.#store.read(output),
      warn: () => undefined,
      put: async (path, body) => void (await this.#store.put(path, body)),
    });
  }
}

const noOutcome = ({ id }: Item): Failure => toFailure(new Error(`expected an outcome of ${id}, found none`));

async function gathered(body: Uint8Array | string | AsyncIterable<Uint8Array>): Promise<Buffer> {
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return Buffer.from(body);
  return Buffer.concat(await Array.fromAsync(body));
}

async function* toAsync<T>(values: Iterable<T>): AsyncGenerator<T> {
  yield* values;
}
