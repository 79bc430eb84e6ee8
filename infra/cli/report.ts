import type { Failure } from '../../shared/errors.ts';
import type { Run } from '../../shared/run/run.ts';
import type { LocalStack } from '../local/local-stack.ts';
import { type Cost, toCost } from './cost.ts';
import type { Failed } from './results.ts';

/** Raised when a field is renamed, or means something else; a new field does not raise it. */
const REPORT_VERSION = 1;

/** The last line of stdout under `--json`. Other programs rely on it. */
export interface Report {
  /** Of this form. */
  readonly version: typeof REPORT_VERSION;
  readonly run: string;
  readonly kind: string;
  readonly state: Run['state'];
  readonly items: {
    readonly total: number;
    readonly ok: number;
    readonly failed: number;
    readonly unchanged: number;
  };
  /** What the kind left out of the source on purpose: `{"delete markers": 3}`. */
  readonly omitted?: Run['omitted'];
  readonly clusters: number;
  readonly groups: number;
  readonly seconds: number;
  readonly results: string;
  readonly functions: readonly {
    readonly name: string;
    readonly memoryMb: number;
    readonly invocations: number;
    readonly peakRssMb: number;
    readonly billedMs: number;
    readonly kills: number;
  }[];
  readonly requests: Readonly<Record<string, number>>;
  /** `s3In`: read from S3 by the functions; `s3Out`: written to it. */
  readonly bytes: { readonly s3In: number; readonly s3Out: number };
  readonly costUsd: Cost;
  readonly failures: readonly Failed[];
  /** What the kind says is missing in the results although nothing failed. */
  readonly warnings: readonly string[];
  /** Peaks over the run's clusters by memory size, and the size that would have held them. */
  readonly memory: NonNullable<Run['memory']>;
  /** Why the run as a whole failed, if it did. */
  readonly failure?: Run['failure'];
  /** True when an earlier call had done all of it. */
  readonly unchanged?: boolean;
  /** Files that are called otherwise than their outputs: `file-names.jsonl` in the results' folder has them. */
  readonly renamed?: number;
  /** Why the results could not be copied to `results`, if they could not; the local store has them. */
  readonly uncopied?: Failure;
}

export interface Finished {
  readonly run: Run;
  readonly seconds: number;
  readonly results: string;
  readonly failures: readonly Failed[];
  /** Nothing was left to do. */
  readonly unchanged: boolean;
  /** What this run waited for. */
  readonly waits: readonly string[];
  readonly renamed: number;
  readonly uncopied?: Failure;
}

const NOTHING = { total: 0, ok: 0, failed: 0, unchanged: 0 };

export function toReport(
  { run, seconds, results, failures, unchanged, waits, renamed, uncopied }: Finished,
  stack: LocalStack,
): Report {
  const items = run.items ?? NOTHING;
  const functions = stack.functions().map(({ name, memoryMb, invocations, peakRssMb, billedMs, kills }) => ({
    name,
    memoryMb,
    invocations,
    peakRssMb: Math.round(peakRssMb),
    billedMs: Math.round(billedMs),
    kills,
  }));
  return {
    version: REPORT_VERSION,
    run: run.run,
    kind: run.kind,
    state: run.state,
    items: unchanged ? { ...NOTHING, total: items.total, unchanged: items.total } : items,
    omitted: run.omitted,
    clusters: run.clusters ?? 0,
    groups: run.groups ?? 0,
    seconds: Math.round(seconds * 1000) / 1000,
    results,
    functions,
    requests: Object.fromEntries([...stack.counts.requests].sort(([a], [b]) => (a < b ? -1 : 1))),
    bytes: stack.counts.bytes,
    costUsd: toCost(stack.counts, stack.functions()),
    failures,
    warnings: [...(run.warnings ?? []), ...waits],
    memory: run.memory ?? [],
    failure: run.failure,
    unchanged: unchanged || undefined,
    renamed: renamed || undefined,
    uncopied,
  };
}
