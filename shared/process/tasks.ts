import type { Failure } from '../errors.ts';
import type { SplitEntry } from '../kind.ts';
import type { Run } from '../run/run.ts';
import type { ItemOutcome, Job } from './item.ts';

/** What the guarded thread can be asked to do, what it is given, and what it answers; all of it JSON. */
export interface Tasks {
  readonly item: { readonly given: { job: Job; timeoutMs: number }; readonly answer: ItemOutcome };
  /** The first entries of a split; `more` has the next ones. */
  readonly split: { readonly given: SplitJob; readonly answer: SplitBatch };
  readonly more: { readonly given: object; readonly answer: SplitBatch };
}

export interface SplitJob extends Pick<Run, 'kind' | 'source' | 'options' | 'startedAt'> {
  /** The manifest that the plan is made over. */
  readonly base: string;
  readonly cursor: string | undefined;
  /** The table of `Fingerprints` of what may be left out. */
  readonly unchanged: SharedArrayBuffer;
}

/** How often each thing was left out of the source on purpose. */
export type LeftOut = Readonly<Record<string, number>>;

export interface SplitBatch {
  /** Each with what was left out before it. */
  readonly entries: readonly { readonly entry: SplitEntry; readonly leftOut: LeftOut }[];
  /** Nothing comes after these: that was all, or the split failed for good (`failure`) or for now (`error`; `unavailable` if it was AWS). */
  readonly end?: {
    readonly leftOut: LeftOut;
    readonly failure?: Failure;
    readonly error?: Error;
    readonly unavailable?: string;
  };
}

export type ToWorker = {
  readonly [T in keyof Tasks]: { readonly task: T; readonly given: Tasks[T]['given'] };
}[keyof Tasks];

export type FromWorker =
  | { readonly type: 'ready' }
  /** What the main thread must leave out of what it stores, too. */
  | { readonly type: 'secret'; readonly secret: string }
  | { readonly type: 'compiled'; readonly bytes: number; readonly module: WebAssembly.Module }
  | { readonly type: 'answer'; readonly answer: Tasks[keyof Tasks]['answer'] };
