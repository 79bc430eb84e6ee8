import type { Failure } from '../../shared/errors.ts';
import type { Run } from '../../shared/run/run.ts';
import { toSafeText } from '../../shared/safe-text/safe-text.ts';
import type { LocalStack } from '../local/local-stack.ts';
import { type Cost, toCost } from './cost.ts';
import type { Failed } from './results.ts';

/** The last line of stdout under `--json`. Other programs rely on it: fields are added, never renamed. */
export interface Report {
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
  readonly renamed: number;
  readonly uncopied?: Failure;
}

const NOTHING = { total: 0, ok: 0, failed: 0, unchanged: 0 };

export function toReport(
  { run, seconds, results, failures, unchanged, renamed, uncopied }: Finished,
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
    warnings: run.warnings ?? [],
    memory: run.memory ?? [],
    failure: run.failure,
    unchanged: unchanged || undefined,
    renamed: renamed || undefined,
    uncopied,
  };
}

/** The report for a person; whatever a name or a message holds, one line stays one line. */
export function toText(report: Report, enforcement: string): string {
  const { items } = report;
  const lines = [
    `${report.run}: ${report.state.replaceAll('_', ' ')} in ${report.seconds.toFixed(1)} s`,
    report.failure ? `  ${report.failure.code}: ${report.failure.message}` : '',
    `  items     ${items.total} (${items.ok} ok, ${items.failed} failed, ${items.unchanged} unchanged) in ${report.clusters} clusters, ${report.groups} groups`,
    ...Object.entries(report.omitted ?? {}).map(([what, count]) => `  left out  ${count} ${what}`),
    ...report.failures.map(({ item, code, message }) => `  failed    ${item}: ${code}: ${message}`),
    items.failed > report.failures.length ? `  …         the manifest names all ${items.failed}` : '',
    ...report.warnings.map((warning) => `  warning   ${warning}`),
    report.uncopied
      ? `  results   not copied: ${report.uncopied.code}: ${report.uncopied.message}`
      : `  results   ${report.results}`,
    report.renamed
      ? `  renamed   ${report.renamed} files, for the file system: file-names.jsonl there lists them`
      : '',
    `  memory    process peak RSS against memory size (${enforcement}):`,
    ...report.functions.filter(({ invocations }) => invocations > 0).map(toFunctionLine),
    ...report.memory.map(toMemoryLine),
    `  requests  ${Object.entries(report.requests)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')}`,
    `  bytes     ${toMb(report.bytes.s3In)} MB read from S3, ${toMb(report.bytes.s3Out)} MB written`,
    `  cost      $${report.costUsd.total.toFixed(6)} on AWS (lambda ${toUsd(report.costUsd.lambda)}, sqs and events ${toUsd(report.costUsd.sqs)}, dynamodb ${toUsd(report.costUsd.dynamodb)}, s3 ${toUsd(report.costUsd.s3)})`,
  ];
  return lines
    .filter((line) => line !== '')
    .map(toSafeText)
    .join('\n');
}

function toFunctionLine({
  name,
  peakRssMb,
  memoryMb,
  invocations,
  billedMs,
  kills,
}: Report['functions'][number]): string {
  const killed = kills > 0 ? `, ${kills} killed` : '';
  return `            ${name.padEnd(22)} ${String(peakRssMb).padStart(5)} of ${memoryMb} MB, ${invocations} invocations, ${(billedMs / 1000).toFixed(1)} s billed${killed}`;
}

function toMemoryLine(tier: Report['memory'][number]): string {
  const { memoryMb, clusters, p50Mb, p95Mb, maxMb, recommendedMb } = tier;
  return `            ${clusters} clusters in ${memoryMb} MB: half below ${p50Mb}, 95 % below ${p95Mb}, all below ${maxMb} MB; ${recommendedMb} MB would hold them`;
}

const toMb = (bytes: number): string => (bytes / 1e6).toFixed(2);
const toUsd = (usd: number): string => `$${usd.toFixed(6)}`;
