import type * as z from 'zod';
import type { Failure } from './errors.ts';
import type { RangeSource } from './range-source.ts';
import type { ServerSettings } from './server-settings.ts';

export type { Failure } from './errors.ts';

/** The smallest unit of work. Everything in it is JSON: it travels in an SQS message. */
export interface Item<D = unknown> {
  /** Unique within its group and the same in every run of the same source, ≤ 1,024 bytes (a path, a page range …). */
  readonly id: string;
  /** Everything its result depends on (size, CRC-32, settings …). Same id and identity as in the last good run: carried over. */
  readonly identity: string;
  /** Source bytes that the item reads, as far as known; packing adds them up. */
  readonly bytes: number;
  /** What `process` needs to find it; checked with the kind's `data` schema. */
  readonly data: D;
  /** Set by `split` for what can't be processed at all (a hostile name, a missing member): recorded as failed, never run. */
  readonly failure?: Failure;
  /** Of kinds whose unit of work is the call: which one it belongs to, from 0. The items of a call stay in one cluster. */
  readonly call?: number;
  /** Set by the engine for an item that must go on alone. */
  readonly placement?: Placement;
}

/** Where an item goes that did not fit in with the others. */
interface Placement {
  /** At least this tier: the item outgrew a smaller one. */
  readonly memoryMb?: number;
  /** It was at work, or may have been, when a function was killed. */
  readonly isSuspect?: boolean;
}

/** `cursor` lets `split` go on after this item when the function hands itself on; without one, it starts again and skips. */
export interface SplitEntry<D = unknown> {
  readonly item: Item<D>;
  readonly cursor?: string;
}

export interface SourceObject extends RangeSource {
  /** The object's key in the inbox, e.g. `canvas/cs101/export.imscc`. */
  readonly key: string;
  /** The version that is read, for who reads it elsewhere. */
  readonly reference?: { readonly bucket: string; readonly key: string; readonly versionId?: string };
}

/** What a secret is wanted for; the config says for what, and for where, it may be had. */
export interface SecretUse {
  /** The run option that names it. */
  readonly option: string;
  /** The URLs that it will be sent to; none for public keys. */
  readonly to: readonly string[];
  /** Names of hosts whose own secret it is: these it may be sent to (by https on port 443) whatever the config says. */
  readonly known?: readonly string[];
}

/** What every step of a kind gets. A kind knows no service: it reads `source`, calls `put`, returns. */
export interface KindContext<O> {
  readonly source: SourceObject;
  readonly options: O;
  /** Hosts (`name`, `name:port`) that requests may go to although the address is private; by the stack's config alone. */
  readonly allowedHosts: readonly string[];
  /** How the stack's config has this kind speak to servers: proxy, authority, certificate, login, rate. @throws SmallbatchError SECRET_MISSING */
  servers(): Promise<readonly ServerSettings[]>;
  /** The value of a secret, by its name in the stack's config. @throws SmallbatchError SECRET_MISSING, ADDRESS_REFUSED */
  secret(name: string, wanted: SecretUse): Promise<string>;
  /** Objects beside the source, in buckets that the stack's config lets this kind read. */
  readonly objects: ObjectReader;
}

/** `@throws SmallbatchError` ADDRESS_REFUSED for a place that the config does not allow. */
export interface ObjectReader {
  /** One version of an object. @throws SmallbatchError SOURCE_MISSING when there is none */
  open(bucket: string, key: string): Promise<RangeSource>;
  /** The objects below a prefix in the order of their keys, those after the key `after`. */
  list(bucket: string, prefix: string, after?: string): AsyncIterable<ListedObject>;
}

export interface ListedObject {
  readonly key: string;
  readonly size: number;
  readonly lastModified: Date;
  readonly etag: string;
}

export interface SplitContext<O> extends KindContext<O> {
  /** True for an item that the run will leave out, since the last good manifest has it: it needs no place in a call. */
  isUnchanged(item: Pick<Item, 'id' | 'identity'>): boolean;
  /** Counts what is left out of the source on purpose (`delete markers`); the run's report names it. */
  leaveOut(what: string): void;
  readonly cursor?: string;
  /** Collections that may be followed, by the stack's config. */
  readonly collectionsMax?: number;
  /** When the run was started, the same in every attempt: what dates are judged by. */
  readonly startedAt: Date;
  /** The object beside the source (`Kind.companion`), whole; undefined where there is none. @throws SmallbatchError SOURCE_TOO_LARGE */
  companion(maxBytes: number): Promise<Uint8Array | undefined>;
  /** What readers see now: the lines of the last published manifest, of whatever options and kind version they are. */
  previous(): AsyncIterable<ItemResult>;
}

/** What a run may still ask of models. */
export interface Allowance {
  readonly modelCalls: number;
  readonly modelTokens: number;
}

export interface ModelMeter {
  /** To be called before each request to a model. @throws SmallbatchError BUDGET_SPENT */
  claimCall(): void;
  /** Tokens of both ways. */
  noteTokens(tokens: number): void;
}

/** What `process` and `join` may use. */
export interface ProcessContext<O> extends KindContext<O> {
  /** What an earlier attempt, or another run, may have left for this one. */
  readonly journal: Journal;
  /** Stores one output under a path relative to the kind's results; the same path always gets the same bytes. */
  put(
    path: string,
    body: Uint8Array | string | AsyncIterable<Uint8Array>,
    contentType: string,
  ): Promise<Output>;
  /** A folder in the function's ephemeral storage; kept between warm invocations, so it may serve as a cache. */
  readonly scratch: string;
  /** Counts what is asked of models, within the run's budget. */
  readonly models: ModelMeter;
  /** Names the stage at work, for the memory guard's log line. */
  stage(name: string): void;
  readonly signal: AbortSignal;
}

/** What `callAll` may use. */
export interface CallContext<O> extends ProcessContext<O> {
  readonly run: string;
  /** This cluster's place in its group: the same at every delivery. */
  readonly cluster: string;
  /** Calls of the whole run. */
  readonly calls: number;
  /** Of the function's time, in ms, less what the engine needs to store the results. */
  remainingMs(): number;
  /** Items of the whole run that are recorded by now; may be some seconds old. */
  progress(): Promise<{ readonly ok: number; readonly failed: number }>;
  /** Calls a function that the stack's config allows this kind, and waits for its answer. */
  invoke(request: InvokeRequest): Promise<InvokeReply>;
}

export interface InvokeRequest {
  /** As the config has it: a name or an ARN. */
  readonly functionName: string;
  /** JSON, at most 6 MiB. */
  readonly payload: Uint8Array;
  /** No answer is waited for longer than this. */
  readonly timeoutMs: number;
}

/** How a call ended. `throttled` and `unavailable` say that it did not begin, as far as can be known. */
export type InvokeReply =
  | { readonly type: 'answer'; readonly payload: Uint8Array }
  | { readonly type: 'error'; readonly errorType: string; readonly errorMessage: string }
  | { readonly type: 'timeout' | 'throttled' | 'unavailable'; readonly errorMessage: string };

export interface JoinContext<O> extends ProcessContext<O> {
  /** The results of the child group's items, in the order in which they were expanded. */
  readonly results: AsyncIterable<ItemResult>;
  /** Reads an output that a child item stored. */
  read(output: Output): AsyncIterable<Uint8Array>;
}

/** Small results kept for later attempts and runs, under keys that say all that they depend on; they expire by age. */
export interface Journal {
  read(key: string): Promise<Uint8Array | undefined>;
  write(key: string, body: Uint8Array | string): Promise<void>;
}

/** What `finish` may use: it runs when every result is at its published place, and before the run is pointed to. */
export interface FinishContext<O> {
  readonly options: O;
  /** When the run was started, the same in every attempt: what dates are judged by, and what a report is dated with. */
  readonly startedAt: Date;
  /** The manifest's lines, once more at each call. */
  results(): AsyncIterable<ItemResult>;
  /** Reads an output of one of them. */
  read(output: Output): AsyncIterable<Uint8Array>;
  /** Says in the run's report what its readers should know although nothing failed, such as what the results lack. */
  warn(warning: string): void;
  /** Stores an object at its published place. A path that ends in `/`, or the empty one, names a folder's own object. */
  put(
    path: string,
    body: Uint8Array | string | AsyncIterable<Uint8Array>,
    contentType: string,
  ): Promise<void>;
}

export interface Output {
  readonly path: string;
  readonly bytes: number;
  readonly contentType: string;
  /** Of its bytes, hexadecimal: readers that have the same are not given them again. */
  readonly sha256?: string;
}

/** What `process` returns: the item is done, or it is too big to be one unit and expands into a child group. */
export type Outcome<D = unknown> =
  | {
      readonly type: 'done';
      readonly outputs: readonly Output[];
      readonly detail?: Detail;
      /** With outputs: they are what could be done (some pages of a document); the next run tries again. */
      readonly failure?: Failure;
    }
  | { readonly type: 'expand'; readonly items: readonly Item<D>[] };

/** How an item of a call ended, and how long its call took. */
export interface CallOutcome {
  readonly done: Extract<Outcome, { type: 'done' }>;
  readonly ms: number;
}

/** Kind-specific facts of a result, written as they are to the manifest. */
export type Detail = Readonly<Record<string, Json | undefined>>;
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** One line of a cluster's result object and of the run's manifest. */
export interface ItemResult {
  readonly id: string;
  readonly identity: string;
  readonly status: 'ok' | 'failed' | 'unchanged';
  readonly outputs: readonly Output[];
  readonly detail?: Detail;
  readonly failure?: Failure;
  /** The item failed, and `outputs` are those of its last good result, which readers still see. */
  readonly stale?: boolean;
  readonly ms: number;
  /** The size of the function that it ran in, and that function's peak RSS meanwhile. */
  readonly memory?: { readonly sizeMb: number; readonly peakMb: number };
  /** What it was expanded into, if it was: child items, and the groups and clusters that this took, at any depth. */
  readonly expanded?: Expansion;
}

interface Expansion {
  readonly items: number;
  readonly groups: number;
  readonly clusters: number;
}

export interface Limits {
  /** The kind's tiers: one queue and one function each, smallest first. */
  readonly memoryMb: readonly [number, ...number[]];
  readonly timeoutSeconds: number;
  /** Time limit of one item; well below the function's, so that an item that never ends costs only itself. */
  readonly itemSeconds: number;
  /** Functions at work at once, per tier (the event source mapping's MaximumConcurrency, 2 to 1,000). */
  readonly concurrency: number;
  /** Ephemeral storage per function. */
  readonly scratchMb: number;
  /** Bounds of one cluster. */
  readonly cluster: {
    readonly items: number;
    readonly bytes: number;
    readonly seconds: number;
    /** Of kinds whose unit of work is the call; the first clusters of a run have fewer, so that a short list is spread, too. */
    readonly calls?: number;
  };
}

export interface Estimate {
  readonly memoryMb: number;
  readonly seconds: number;
}

export interface Work<O, D> {
  process(item: Item<D>, context: ProcessContext<O>): Promise<Outcome<D>>;
  /**
   * Instead of `process`, for kinds with `limits.cluster.calls`: takes all items of a cluster, in order, and returns as many
   * outcomes. Undefined asks for another delivery, to go on with what the journal does not have. It runs in the function's
   * main thread, without a guard: nothing that is not ours may run in it.
   */
  callAll?(items: readonly Item<D>[], context: CallContext<O>): Promise<readonly CallOutcome[] | undefined>;
  /** Needed by kinds that expand: joins the child group's results into the item's own outcome. */
  join?(item: Item<D>, context: JoinContext<O>): Promise<Outcome<D>>;
  /** Writes what is made of all results together (an index, a list). May be repeated. */
  finish?(context: FinishContext<O>): Promise<void>;
}

export interface Kind<O = unknown, D = unknown> {
  readonly name: string;
  /** Part of every identity: raise it when the same input gives another result. */
  readonly version: number;
  readonly title: string;
  readonly options: z.ZodType<O>;
  readonly data: z.ZodType<D>;
  readonly limits: Limits;
  /**
   * An object that may lie beside a source and belongs to it: `<stem><suffix>` beside `<stem><of>`. Its own upload starts a
   * run of the source.
   */
  readonly companion?: { readonly suffix: string; readonly of: string };
  /**
   * The source only names things that lie, and change, elsewhere: every start is a run of its own, also of an unchanged source,
   * and the runs of one source go one after the other.
   */
  readonly isLive?: boolean;
  /**
   * Every run's results are a data set of their own: outputs are written once, to the run's own folder, where readers find
   * them as soon as `latest.json` names it (`prefix`). What a run carries over is copied there; the data set before it
   * stays until the next one is published. Without it, outputs are staged and copied to one place, object by object.
   */
  readonly isVersioned?: boolean;
  /** The newest file in a folder is the source, whatever it is called (exports have dates in their names). By default a source is one file. */
  readonly newestInFolder?: boolean;
  /** Results depend on the day: a scheduled start is a run of its own, also of an unchanged source. */
  readonly isDated?: boolean;
  /** Options whose value is the name of a secret, and so never the secret. */
  readonly secretOptions?: readonly string[];
  /** The options that results depend on, if not all: what was processed under others is carried over. */
  resultOptions?(options: O): unknown;
  /** What is known of an item before it runs; its result has these facts whatever becomes of it. */
  facts?(item: Item<D>): Detail;
  /** Does the output's path say what its bytes are (by their checksum)? Readers may then keep it for good. */
  isImmutable?(path: string): boolean;
  /** May readers go on to see what the last good result has of an item that now failed? By default they may. */
  mayStay?(failed: ItemResult, last: ItemResult): boolean;
  /** Does a local file look like this kind's source? `head` is its first 512 bytes. */
  accepts(name: string, head: Uint8Array): boolean;
  /** Peak memory and seconds of one item, from what is known without reading it; `Infinity` MB = unknown: alone, largest tier. */
  estimate(item: Item<D>): Estimate;
  /** Loaded on first use, so that infra reads names and limits without the code. */
  split(): Promise<(context: SplitContext<O>) => AsyncIterable<SplitEntry<D>>>;
  work(): Promise<Work<O, D>>;
}

/** Declares a kind; the types of options and item data come from its schemas. */
export function defineKind<O, D>(kind: Kind<O, D>): Kind<O, D> {
  return kind;
}
