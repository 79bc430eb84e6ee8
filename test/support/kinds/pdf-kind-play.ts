/** Plays the engine for one source of the kind `pdf` in memory: splits it, processes every item, expands and joins. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toFailure } from '../../../shared/errors.ts';
import type { Detail, Item, ItemResult, JoinContext, Journal, Output } from '../../../shared/kind.ts';
import { pdf } from '../../../shared/kinds/pdf/index.ts';
import type { PdfData, PdfKindOptions } from '../../../shared/kinds/pdf/schema.ts';
import { bufferSource } from '../../../shared/range-source.ts';
import { noObjects } from './no-objects.ts';

export interface Played {
  readonly results: ReadonlyMap<string, ItemResult>;
  /** Results of page clusters, whatever they belong to. */
  readonly clusters: readonly ItemResult[];
  /** Text of every output by path, without those that only `join` reads. */
  readonly outputs: ReadonlyMap<string, string>;
}

export interface PlayOptions {
  readonly options?: object;
  readonly journal?: MemoryJournal;
  readonly allowedHosts?: readonly string[];
  readonly secrets?: Readonly<Record<string, string>>;
  /** Its failure ends an item before it is processed. */
  readonly refuse?: (item: Item<PdfData>) => Error | undefined;
  /** Called with each stage; what it throws ends the item. */
  readonly onStage?: (stage: string) => void;
  /** Ends the item at work. */
  readonly signal?: AbortSignal;
}

/** One line of text for each page of a book. */
export const sentences = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => `This is sentence ${at + 1} of the book.`);

/** Which of the sentences a Markdown has. */
export const numbersIn = (markdown = ''): number[] =>
  Array.from(markdown.matchAll(/sentence (\d+)/g), ([, number]) => Number(number));

export const linesOf = ({ outputs }: Pick<Played, 'outputs'>, path: string): Record<string, unknown>[] =>
  (outputs.get(path) ?? '')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

/** A journal that counts. */
export class MemoryJournal implements Journal {
  readonly entries = new Map<string, string>();
  writes = 0;
  onWrite: ((key: string) => void) | undefined;

  async read(key: string): Promise<Uint8Array | undefined> {
    const entry = this.entries.get(key);
    return entry === undefined ? undefined : Buffer.from(entry);
  }

  async write(key: string, body: Uint8Array | string): Promise<void> {
    this.writes += 1;
    this.entries.set(key, Buffer.from(body).toString());
    this.onWrite?.(key);
  }
}

type Context = Omit<JoinContext<PdfKindOptions>, 'results'>;
type Log = { outputs: Map<string, string>; clusters: ItemResult[]; refuse: PlayOptions['refuse'] };

export async function play(key: string, source: Uint8Array, given: PlayOptions = {}): Promise<Played> {
  const scratch = await mkdtemp(join(tmpdir(), 'smallbatch-pdf-kind-'));
  try {
    const log: Log = { outputs: new Map(), clusters: [], refuse: given.refuse };
    const context = contextFor(key, source, scratch, given, log.outputs);
    const split = await pdf.split();
    const more = {
      startedAt: new Date(),
      isUnchanged: () => false,
      leaveOut: () => undefined,
      companion: async () => undefined,
      previous: () => toAsync([]),
    };
    const results = new Map<string, ItemResult>();
    for await (const { item } of split({ ...context, ...more })) {
      if (results.has(item.id)) throw new Error(`two items have the id ${item.id}`);
      results.set(item.id, await run(item, context, log));
    }
    const outputs = new Map([...log.outputs].filter(([path]) => !path.startsWith('pages/')));
    return { results, clusters: log.clusters, outputs };
  } finally {
    await rm(scratch, { recursive: true });
  }
}

/** Items travel as JSON, so they are turned into it and back. */
async function run(sent: Item<PdfData>, context: Context, log: Log): Promise<ItemResult> {
  const item: Item<PdfData> = JSON.parse(JSON.stringify(sent));
  const toResult = (rest: Pick<ItemResult, 'outputs' | 'failure'> & { detail?: Detail }): ItemResult => {
    const status = rest.failure ? 'failed' : 'ok';
    return {
      id: item.id,
      identity: item.identity,
      status,
      ms: 0,
      ...rest,
      detail: { ...pdf.facts?.(item), ...rest.detail },
    };
  };
  if (item.failure) return toResult({ outputs: [], failure: item.failure });
  try {
    const refused = log.refuse?.(item);
    if (refused) throw refused;
    const work = await pdf.work();
    let outcome = await work.process({ ...item, data: pdf.data.parse(item.data) }, context);
    if (outcome.type === 'expand') {
      const results: ItemResult[] = [];
      for (const child of outcome.items) results.push(await run(child, context, log));
      log.clusters.push(...results);
      if (!work.join) throw new Error('the kind expands and does not join');
      outcome = await work.join(item, { ...context, results: toAsync(results) });
    }
    if (outcome.type !== 'done') throw new Error(`${item.id}: joined into ${outcome.type}`);
    const { outputs, detail, failure } = outcome;
    return toResult({ outputs, detail, failure });
  } catch (error) {
    return toResult({ outputs: [], failure: toFailure(error) });
  }
}

function contextFor(
  key: string,
  source: Uint8Array,
  scratch: string,
  given: PlayOptions,
  outputs: Map<string, string>,
): Context {
  const { options = {}, journal = new MemoryJournal(), onStage, allowedHosts = [], secrets = {} } = given;
  return {
    source: { ...bufferSource(source), key },
    options: pdf.options.parse(options) as PdfKindOptions,
    objects: noObjects,
    allowedHosts,
    servers: async () => [],
    async secret(name) {
      const value = secrets[name];
      if (value === undefined) throw new Error(`expected no request for the secret ${name}`);
      return value;
    },
    journal,
    scratch,
    models: { claimCall: () => undefined, noteTokens: () => undefined },
    stage: (name) => onStage?.(name),
    signal: given.signal ?? new AbortController().signal,
    async put(path, body, contentType): Promise<Output> {
      const text = await gathered(body);
      outputs.set(path, text);
      return { path, bytes: Buffer.byteLength(text), contentType };
    },
    read: ({ path }) => toAsync([Buffer.from(outputs.get(path) ?? '')]),
  };
}

async function gathered(body: Uint8Array | string | AsyncIterable<Uint8Array>): Promise<string> {
  if (typeof body === 'string' || body instanceof Uint8Array) return Buffer.from(body).toString();
  return Buffer.concat(await Array.fromAsync(body)).toString();
}

async function* toAsync<T>(values: Iterable<T>): AsyncGenerator<T> {
  yield* values;
}
