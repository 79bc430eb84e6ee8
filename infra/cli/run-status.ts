import { getGroup } from '../../shared/run/group.ts';
import { rootGroup } from '../../shared/run/keys.ts';
import { groupProgress } from '../../shared/run/ledger.ts';
import type { Run } from '../../shared/run/run.ts';
import { counted } from './report-text.ts';

/** Raised when a field is renamed, or means something else; a new field does not raise it. */
const STATUS_VERSION = 1;

/** What `smallbatch status --json` prints. Other programs rely on it. */
export interface RunStatus
  extends Pick<
    Run,
    | 'run'
    | 'kind'
    | 'name'
    | 'state'
    | 'generation'
    | 'startedAt'
    | 'endedAt'
    | 'omitted'
    | 'warnings'
    | 'failure'
    | 'trouble'
    | 'manifest'
  > {
  /** Of this form. */
  readonly version: typeof STATUS_VERSION;
  /** The source's key in the inbox. */
  readonly source: string;
  /** A command is at work in the state folder. */
  readonly isAtWork: boolean;
  /** Of the run's own group; `total` is absent until the plan is made. */
  readonly clusters: { readonly total?: number; readonly done: number };
  readonly items: {
    readonly total?: number;
    readonly ok: number;
    readonly failed: number;
    readonly unchanged: number;
  };
}

export async function readStatus(run: Run, isAtWork: boolean): Promise<RunStatus> {
  const { kind, name, state, generation, startedAt, endedAt } = run;
  const { omitted, warnings, failure, trouble, manifest } = run;
  return {
    version: STATUS_VERSION,
    run: run.run,
    ...{ kind, name, state, generation, startedAt, endedAt },
    source: run.source.key,
    isAtWork,
    ...(await readCounts(run)),
    ...{ omitted, warnings, failure, trouble, manifest },
  };
}

/** What is planned and what is done, also of a run that ended before its totals were made. */
export async function readCounts(run: Run): Promise<Pick<RunStatus, 'clusters' | 'items'>> {
  const root = rootGroup(run.run, run.generation);
  const { clusters, items, unchanged } = await getGroup(root);
  const { clusters: done, ok, failed } = await groupProgress(root, clusters ?? 0);
  const total = clusters === undefined ? undefined : items + unchanged;
  return { clusters: { total: clusters, done }, items: run.items ?? { total, ok, failed, unchanged } };
}

/** The lines that a person reads; every line is to be made safe by whoever prints it. */
export function toStatusLines(status: RunStatus): string[] {
  const { run, state, source, startedAt, endedAt, clusters, items, failure, trouble } = status;
  const pass = status.generation > 1 ? ` (pass ${status.generation})` : '';
  const done = items.ok + items.failed + items.unchanged;
  return [
    `${run}: ${state.replaceAll('_', ' ')}${pass}`,
    ...(failure ? [`  ${failure.code}: ${failure.message}`] : []),
    `  source    ${source}`,
    `  started   ${startedAt}${endedAt === undefined ? '' : `, ended ${endedAt}`}`,
    ...(clusters.total === undefined ? [] : [`  clusters  ${clusters.done} of ${clusters.total} done`]),
    ...(items.total === undefined
      ? []
      : [
          `  items     ${done} of ${items.total} done (${items.ok} ok, ${items.failed} failed, ${items.unchanged} unchanged)`,
        ]),
    ...(trouble
      ? [`  trouble   ${trouble.step}, attempt ${trouble.attempt}: ${trouble.code}: ${trouble.message}`]
      : []),
    ...Object.entries(status.omitted ?? {}).map(([what, count]) => `  left out  ${count} ${what}`),
    ...(status.warnings ?? []).map((warning) => `  warning   ${warning}`),
    ...toNext(status).map((next) => `  next      ${next}`),
  ];
}

/** What to do about it, if anything. */
function toNext({ run, state, isAtWork, endedAt, items }: RunStatus): string[] {
  const failed =
    items.failed > 0
      ? [`smallbatch failures ${run} prints the ${counted(items.failed, 'item')} that failed`]
      : [];
  if (state === 'cancelled') return [...failed, 'the same smallbatch run begins another pass'];
  if (endedAt !== undefined || isAtWork) return failed;
  return [...failed, `no command is at work on it: the same smallbatch run goes on from here`];
}

/** One run as `smallbatch runs` lists it. */
export type RunLine = Pick<
  Run,
  'run' | 'kind' | 'name' | 'state' | 'generation' | 'startedAt' | 'endedAt' | 'items'
>;

export function toRunLine(record: Run): RunLine {
  const { run, kind, name, state, generation, startedAt, endedAt, items } = record;
  return { run, kind, name, state, generation, startedAt, endedAt, items };
}

const HEAD = ['run', 'state', 'started', 'items', 'failed', 'name'] as const;

/** A table, as wide as its cells. */
export function toRunTable(runs: readonly RunLine[]): string[] {
  const rows = runs.map(({ run, state, startedAt, items, name }) => [
    run,
    state.replaceAll('_', ' '),
    startedAt.replace(/\.\d+Z$/, 'Z'),
    String(items?.total ?? '-'),
    String(items?.failed ?? '-'),
    name,
  ]);
  const table = [[...HEAD], ...rows];
  const widths = HEAD.map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)));
  return table.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
