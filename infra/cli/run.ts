import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { sendMessage } from '../../shared/queue.ts';
import { findRun, hasEnded, openRuns, type Run } from '../../shared/run.ts';
import { toRunId } from '../../shared/run-id.ts';
import { type LocalStack, startLocal } from '../local/stack.ts';
import { type Finished, toReport, toText } from './report.ts';
import { copyResults } from './results.ts';
import { type LocalSource, openSource, type Uploaded, upload, zipSample } from './source.ts';
import { synthesise } from './synth.ts';
import { UsageError } from './usage.ts';
import { progressDisplay, waitForRun } from './watch.ts';

export const RUN_HELP = `Usage: smallbatch run [source] [options]

Processes one source on this machine, with the deployed handlers and template, and copies the results to plain files.
Without a source it runs a small sample course. A run that was killed goes on where it was; one that is complete
answers at once.

Options:
  --kind NAME          the source's kind, where its name and content do not tell
  --option KEY=VALUE   an option of the kind; may be repeated
  --out DIR            where the results go (default: out)
  --state DIR          what is kept between runs: inbox, results, ledger (default: .smallbatch)
  --concurrency N      functions at work at once, per queue (default: the number of processors, here ${availableParallelism()})
  --duplicates         deliver every event and every message twice, to see that it changes nothing
  --verbose            print the functions' logs to stderr (else they go to <state>/functions.log)
  --json               the last line of stdout is the report as one JSON object`;

const EXIT: Readonly<Record<Run['state'], number>> = {
  completed: 0,
  completed_with_failures: 3,
  failed: 1,
  cancelled: 1,
  superseded: 1,
  planning: 1,
  running: 1,
};
const INTERRUPTED = 130;

const settings = z.object({
  kind: z.string().optional(),
  option: z.array(z.string()).default([]),
  out: z.string().default('out'),
  state: z.string().default('.smallbatch'),
  concurrency: z.coerce.number().int().min(1).max(1000).default(availableParallelism()),
  duplicates: z.boolean().default(false),
  verbose: z.boolean().default(false),
  json: z.boolean().default(false),
});
type Settings = z.infer<typeof settings>;

/** `smallbatch run`: returns the exit code. */
export async function run(argv: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      kind: { type: 'string' },
      option: { type: 'string', multiple: true },
      out: { type: 'string' },
      state: { type: 'string' },
      concurrency: { type: 'string' },
      duplicates: { type: 'boolean' },
      verbose: { type: 'boolean' },
      json: { type: 'boolean' },
    },
  });
  const parsed = settings.safeParse(values);
  if (!parsed.success) throw new UsageError(z.prettifyError(parsed.error));
  if (positionals.length > 1) throw new UsageError(`expected one source, found ${positionals.length}`);
  const stateDir = resolve(parsed.data.state);
  const path = positionals[0] ?? (await zipSample(stateDir));
  const source = await openSource(path, parsed.data.kind);
  return await runSource(source, toOptions(parsed.data.option), { ...parsed.data, state: stateDir });
}

/** `a=1` → `{ a: '1' }`; the kind's schema says what a value must be. */
function toOptions(pairs: readonly string[]): Record<string, unknown> {
  const entries = pairs.map((pair) => {
    const equals = pair.indexOf('=');
    if (equals < 1) throw new UsageError(`expected --option KEY=VALUE, found "${pair}"`);
    return [pair.slice(0, equals), pair.slice(equals + 1)];
  });
  return Object.fromEntries(entries);
}

async function runSource(
  source: LocalSource,
  options: Record<string, unknown>,
  chosen: Settings,
): Promise<number> {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  const stack = await start(chosen);
  try {
    const finished = await follow(source, options, stack, chosen, interrupted.signal);
    const report = toReport(finished, stack);
    console.log(toText(report, stack.lambda.enforcementReason));
    for (const [refused, times] of stack.refusals)
      console.error(`refused by the role: ${refused} (${times} times)`);
    if (chosen.json) console.log(JSON.stringify(report));
    return EXIT[finished.run.state];
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
    console.error('\ninterrupted; the same command goes on from here');
    return INTERRUPTED;
  } finally {
    await stack.stop();
  }
}

async function start({ state, concurrency, duplicates, verbose }: Settings): Promise<LocalStack> {
  const synthesised = await synthesise();
  await mkdir(state, { recursive: true });
  const logFile = verbose ? undefined : createWriteStream(join(state, 'functions.log'));
  const log = (line: string, from: string): void => {
    if (logFile) logFile.write(`${from}: ${line}\n`);
    else process.stderr.write(`${from}: ${line}\n`);
  };
  const stack = await startLocal({ ...synthesised, stateDir: state, concurrency, duplicates, log });
  // The shared modules read the ledger for us, too: they find it as the functions do, by the environment.
  Object.assign(process.env, stack.environment, {
    TABLE_NAME: stack.template.output('LedgerTableName'),
    RESULTS_BUCKET: stack.template.output('ResultsBucketName'),
  });
  return stack;
}

async function follow(
  source: LocalSource,
  options: Record<string, unknown>,
  stack: LocalStack,
  chosen: Settings,
  signal: AbortSignal,
): Promise<Finished> {
  const started = performance.now();
  const hadOpenRuns = await Array.fromAsync(openRuns()).then((runs) => runs.length > 0);
  const uploaded = await upload(stack.template.output('InboxBucketName'), source, options);
  const id = toRunId(source.kind, uploaded.ref, options);
  const before = await findRun(id);
  const isDone = !uploaded.isNew && before?.state === 'completed';
  const generation = isDone
    ? before.generation
    : await setGoing(stack, uploaded, options, before, hadOpenRuns);
  const display = progressDisplay(process.stderr);
  const run = await waitForRun(id, generation, display.show, signal).finally(display.end);
  const { folder, failures } = await copyResults(
    stack.template.output('ResultsBucketName'),
    run,
    resolve(chosen.out),
  );
  return { run, seconds: (performance.now() - started) / 1000, results: folder, failures, unchanged: isDone };
}

/** Has the run begin, go on, or pass once more over what failed. Returns the generation to wait for. */
async function setGoing(
  stack: LocalStack,
  { ref, isNew }: Uploaded,
  options: Record<string, unknown>,
  before: Run | undefined,
  hadOpenRuns: boolean,
): Promise<number> {
  // The queues of the last session are gone: sweep sends what its open runs lack.
  if (hadOpenRuns) await stack.lambda.invokeAsync('sweep', { restarted: true });
  if (isNew || (before && !hasEnded(before))) return before?.generation ?? 1;
  const generation = (before?.generation ?? 0) + 1;
  const { bucket, key, versionId } = ref;
  const message = { type: 'start', bucket, key, versionId, options, generation };
  await sendMessage(stack.template.output('IntakeQueueUrl'), message, 'start');
  return generation;
}
