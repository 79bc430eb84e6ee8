import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { toFailure } from '../../../shared/errors.ts';
import type {
  FinishContext,
  Item,
  ItemResult,
  JoinContext,
  Kind,
  KindContext,
  Output,
  ProcessContext,
  SourceObject,
  SplitContext,
  Work,
} from '../../../shared/kind.ts';

/** What a run in this process made. */
export interface InProcessRun {
  readonly results: readonly ItemResult[];
  /** Where outputs lie, by their paths. */
  readonly folder: string;
  /** Items that were processed, those that others were expanded into included. */
  readonly processed: readonly string[];
}

/** Runs a kind over a source in this process, without the stack: split, process, join, finish, with outputs as files below `folder`. */
export async function runInProcess<O, D>(
  kind: Kind<O, D>,
  source: SourceObject,
  folder: string,
): Promise<InProcessRun> {
  const runner = new Runner(kind, await kind.work(), source, folder);
  const split = await kind.split();
  const context: SplitContext<O> = {
    ...runner.kindContext(),
    startedAt: new Date(),
    isUnchanged: () => false,
    leaveOut: () => undefined,
    companion: async () => undefined,
    async *previous() {
      // nothing was published before
    },
  };
  const results: ItemResult[] = [];
  for await (const { item } of split(context))
    results.push(await runner.run(JSON.parse(JSON.stringify(item))));
  await runner.finish(results);
  return { results, folder, processed: runner.processed };
}

class Runner<O, D> {
  readonly processed: string[] = [];
  readonly #kind: Kind<O, D>;
  readonly #work: Work<O, D>;
  readonly #source: SourceObject;
  readonly #folder: string;

  constructor(kind: Kind<O, D>, work: Work<O, D>, source: SourceObject, folder: string) {
    this.#kind = kind;
    this.#work = work;
    this.#source = source;
    this.#folder = folder;
  }

  kindContext(): KindContext<O> {
    return {
      source: this.#source,
      options: this.#kind.options.parse({}),
      allowedHosts: [],
      servers: async () => [],
      objects: {
        open: async (bucket, key) => {
          throw new Error(`expected no other object to be read, found ${bucket}/${key}`);
        },
        async *list() {
          // there are none
        },
      },
      secret: async (name) => {
        throw new Error(`expected no secret to be asked for, found ${name}`);
      },
    };
  }

  async run(item: Item<D>): Promise<ItemResult> {
    const result = { id: item.id, identity: item.identity, ms: 0 };
    const facts = this.#kind.facts?.(item);
    if (item.failure)
      return { ...result, status: 'failed', outputs: [], failure: item.failure, detail: facts };
    this.processed.push(item.id);
    try {
      const done = await this.#outcome({ ...item, data: this.#kind.data.parse(item.data) });
      const { outputs, detail, failure } = done;
      return {
        ...result,
        status: failure ? 'failed' : 'ok',
        outputs,
        failure,
        detail: { ...facts, ...detail },
      };
    } catch (error) {
      return { ...result, status: 'failed', outputs: [], failure: toFailure(error), detail: facts };
    }
  }

  async #outcome(item: Item<D>) {
    const outcome = await this.#work.process(item, this.#processContext());
    if (outcome.type === 'done') return outcome;
    const children: ItemResult[] = [];
    for (const child of outcome.items) children.push(await this.run(JSON.parse(JSON.stringify(child))));
    const context: JoinContext<O> = {
      ...this.#processContext(),
      results: stream(children),
      read: (output) => this.#read(output),
    };
    const joined = await this.#work.join?.(item, context);
    if (joined?.type !== 'done') throw new Error(`expected ${item.id} to be joined`);
    return joined;
  }

  async finish(results: readonly ItemResult[]): Promise<void> {
    const context: FinishContext<O> = {
      options: this.#kind.options.parse({}),
      startedAt: new Date(),
      results: () => stream(results),
      warn: () => undefined,
      read: (output) => this.#read(output),
      put: async (path, body) => void (await this.#write(path, body)),
    };
    await this.#work.finish?.(context);
  }

  #processContext(): ProcessContext<O> {
    return {
      ...this.kindContext(),
      journal: { read: async () => undefined, write: async () => undefined },
      put: async (path, body, contentType) => ({ path, bytes: await this.#write(path, body), contentType }),
      scratch: this.#folder,
      models: { claimCall: () => undefined, noteTokens: () => undefined },
      stage: () => undefined,
      signal: new AbortController().signal,
    };
  }

  async #write(path: string, body: Uint8Array | string | AsyncIterable<Uint8Array>): Promise<number> {
    const file = join(this.#folder, path);
    const isWhole = typeof body === 'string' || body instanceof Uint8Array;
    const bytes = isWhole ? Buffer.from(body) : Buffer.concat(await Array.fromAsync(body));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
    return bytes.length;
  }

  async *#read({ path }: Output): AsyncGenerator<Uint8Array> {
    yield await readFile(join(this.#folder, path));
  }
}

async function* stream<T>(values: readonly T[]): AsyncGenerator<T> {
  yield* values;
}
