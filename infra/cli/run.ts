import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { sendMessage } from '../../shared/aws/queue.ts';
import { isPermanent } from '../../shared/errors.ts';
import { toAsciiJson } from '../../shared/json/lines.ts';
import { readManifest } from '../../shared/run/manifest.ts';
import { findRun, hasEnded, openRuns, type Run } from '../../shared/run/run.ts';
import { toRunId } from '../../shared/run/run-id.ts';
import { withoutSecretsIn } from '../../shared/safe-text/hide.ts';
import { toPrintable, toSafeText } from '../../shared/safe-text/safe-text.ts';
import { hideSecret, withoutSecrets } from '../../shared/safe-text/secrets.ts';
import { guestName, toGuestSpec } from '../local/lambda/guest.ts';
import { type LocalStack, startLocal } from '../local/local-stack.ts';
import { type Finished, toReport, toText } from './report.ts';
import { copyResults } from './results.ts';
import { parseSettings, type Settings, toGuest, toLocalSettings, toPairs } from './settings.ts';
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
  --name NAME          what its results are called (default: the file's name)
  --option KEY=VALUE   an option of the kind; may be repeated
  --secret NAME=FILE   the value of a secret that an option names; may be repeated
  --allow-host HOST    a host that secrets may go to, and that may have a private address (name or name:port); may be repeated
  --function FILE      a module with a \`handler\`, which gets the rows of the list (kind rows)
  --command LINE       a command line in its place: {cluster} {clusters} {offset} {limit} are filled in, the items are its
                       standard input as JSON, and its last line of output, if it is JSON, the results
  --function-memory MB its memory limit (default: 512)
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
/** The kind that calls functions. */
const ROWS = 'rows';

/** `smallbatch run`: returns the exit code. */
export async function run(argv: string[]): Promise<number> {
  const { settings, positionals } = parseSettings(argv);
  if (positionals.length > 1) throw new UsageError(`expected one source, found ${positionals.length}`);
  const stateDir = resolve(settings.state);
  const path = positionals[0] ?? (await zipSample(stateDir));
  const guest = toGuest(settings);
  const source = await openSource(path, { ...settings, kind: settings.kind ?? (guest && ROWS) });
  const options = {
    ...(guest ? { function: guestName(guest) } : {}),
    ...toPairs('--option KEY=VALUE', settings.option),
  };
  return await runSource(source, options, { ...settings, state: stateDir });
}

/** Runs one source on the local stack, prints the report, returns the exit code. */
export async function runSource(
  source: LocalSource,
  options: Record<string, unknown>,
  chosen: Settings,
): Promise<number> {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  const stack = await start(source.kind.name, chosen);
  try {
    const finished = await follow(source, options, stack, chosen, interrupted.signal);
    const report = toReport(finished, stack);
    console.log(toText(report, stack.lambda.enforcementReason));
    for (const [refused, times] of stack.refusals)
      console.error(toSafeText(`refused by the role: ${refused} (${times} times)`));
    if (chosen.json) process.stdout.write(`${toAsciiJson(withoutSecretsIn(report))}\n`);
    return EXIT[finished.run.state];
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
    console.error('\ninterrupted; the same command goes on from here');
    return INTERRUPTED;
  } finally {
    await stack.stop();
  }
}

async function start(kind: string, chosen: Settings): Promise<LocalStack> {
  const { state, concurrency, duplicates, verbose } = chosen;
  const { settings, secrets } = await toLocalSettings(kind, chosen);
  for (const value of secrets.values()) hideSecret(value);
  const guest = toGuest(chosen);
  const synthesised = await synthesise({
    ...settings,
    ...(guest ? { functions: { [kind]: [guestName(guest)] } } : {}),
  });
  await mkdir(state, { recursive: true });
  const guests = guest ? [await toGuestSpec(guest, state)] : [];
  const logFile = verbose ? undefined : createWriteStream(join(state, 'functions.log'));
  const log = (line: string, from: string): void => {
    (logFile ?? process.stderr).write(`${toPrintable(withoutSecrets(`${from}: ${line}`))}\n`);
  };
  const options = { stateDir: state, concurrency, duplicates, secrets, guests, log };
  const stack = await startLocal({ ...synthesised, ...options });
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
  const isDone = !uploaded.isNew && before !== undefined && !source.kind.isLive && (await isFinal(before));
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

/** Would another pass over the same source come to the same end? */
async function isFinal({ state, manifest }: Run): Promise<boolean> {
  if (state !== 'completed_with_failures') return state === 'completed';
  for await (const { failure } of readManifest(manifest)) {
    if (failure && !isPermanent(failure.code)) return false;
  }
  return true;
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
