import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { sendMessage } from '../../shared/aws/queue.ts';
import { EXIT } from '../../shared/command/exit.ts';
import { isPermanent, SmallbatchError, toFailure } from '../../shared/errors.ts';
import { toAsciiJson } from '../../shared/json/lines.ts';
import { readManifest } from '../../shared/run/manifest.ts';
import { findRun, hasEnded, openRuns, type Run } from '../../shared/run/run.ts';
import { toRunId } from '../../shared/run/run-id.ts';
import { withoutSecretsIn } from '../../shared/safe-text/hide.ts';
import { toPrintable, toSafeText } from '../../shared/safe-text/safe-text.ts';
import { hideSecret, withoutSecrets } from '../../shared/safe-text/secrets.ts';
import { guestName, toGuestSpec } from '../local/lambda/guest.ts';
import { type LocalStack, startLocal } from '../local/local-stack.ts';
import { toFolders } from './folders.ts';
import { toLocalSettings } from './local-secrets.ts';
import { type Finished, toReport } from './report.ts';
import { toText } from './report-text.ts';
import { copyResults, readFailures, resultsFolder } from './results.ts';
import { readCounts } from './run-status.ts';
import { type Settings, toGuest } from './settings.ts';
import { type LocalSource, type Uploaded, upload } from './source.ts';
import { synthesise } from './synth.ts';
import { useStack } from './use-stack.ts';
import { progressDisplay, waitForRun } from './watch.ts';

const EXIT_CODES: Readonly<Record<Run['state'], number>> = {
  completed: EXIT.done,
  completed_with_failures: EXIT.partly,
  failed: EXIT.failed,
  cancelled: EXIT.failed,
  superseded: EXIT.failed,
  planning: EXIT.failed,
  running: EXIT.failed,
};

/** Runs one source on the local stack, prints the report, returns the exit code. */
export async function runSource(
  source: LocalSource,
  options: Record<string, unknown>,
  chosen: Settings,
): Promise<number> {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  const stack = await start(source, chosen);
  try {
    const finished = await follow(source, options, stack, chosen, interrupted.signal);
    const report = toReport(finished, stack);
    console.log(toText(report, chosen.verbose ? stack.lambda.enforcementReason : undefined));
    for (const [refused, times] of stack.refusals)
      console.error(toSafeText(`refused by the role: ${refused} (${times} times)`));
    if (chosen.json) process.stdout.write(`${toAsciiJson(withoutSecretsIn(report))}\n`);
    return finished.uncopied ? EXIT.failed : EXIT_CODES[finished.run.state];
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
    console.error('\ninterrupted; the same command goes on from here');
    return EXIT.interrupted;
  } finally {
    await stack.stop();
  }
}

async function start(source: LocalSource, chosen: Settings): Promise<LocalStack> {
  const { kind } = source;
  const { state, concurrency = availableParallelism(), duplicates, verbose } = chosen;
  const { settings, secrets } = await toLocalSettings(kind, chosen);
  for (const value of secrets.values()) hideSecret(value);
  const guest = toGuest(chosen);
  const folders = await toFolders(source.path, chosen.bucket);
  const synthesised = await synthesise({
    ...settings,
    ...(guest ? { functions: { [kind.name]: [guestName(guest)] } } : {}),
    ...(folders.length > 0 ? { buckets: { [kind.name]: folders.map(({ name }) => `${name}/`) } } : {}),
  });
  await mkdir(state, { recursive: true });
  const guests = guest ? [await toGuestSpec(guest, state)] : [];
  const logFile = verbose ? undefined : createWriteStream(join(state, 'functions.log'));
  const log = (line: string, from: string): void => {
    (logFile ?? process.stderr).write(`${toPrintable(withoutSecrets(`${from}: ${line}`))}\n`);
  };
  const options = { stateDir: state, concurrency, duplicates, secrets, guests, folders, log };
  const stack = await startLocal({ ...synthesised, ...options });
  useStack(stack.environment, stack.template);
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
  const open = await Array.fromAsync(openRuns());
  const hadOpenRuns = open.length > 0;
  const uploaded = await upload(stack.template.output('InboxBucketName'), source, options);
  const id = toRunId(source.kind, uploaded.ref, options);
  const before = await findRun(id);
  const isDone =
    !uploaded.isNew && before?.emittedAt !== undefined && !source.kind.isLive && (await isFinal(before));
  const generation = isDone
    ? before.generation
    : await setGoing(stack, uploaded, options, before, hadOpenRuns);
  const waits = toWaits(open, id, source);
  const display = progressDisplay(process.stderr);
  const run = await withCounts(await waitForRun(id, generation, display.show, signal).finally(display.end));
  const out = resolve(chosen.out);
  const copied = await tryCopy(stack.template.output('ResultsBucketName'), run, out);
  return {
    run,
    seconds: (performance.now() - started) / 1000,
    results: resultsFolder(run, out),
    failures: await readFailures(run),
    unchanged: isDone,
    waits,
    ...copied,
  };
}

/** A run that was cancelled or failed on the way has no totals: what it did is told all the same. */
async function withCounts(run: Run): Promise<Run> {
  if (run.items) return run;
  const { clusters, items } = await readCounts(run);
  return { ...run, clusters: clusters.done, items: { ...items, total: items.total ?? 0 } };
}

/** Runs of a live source go one after the other: what an open one has planned is done as it was planned. */
function toWaits(open: readonly Run[], id: string, { kind, key }: LocalSource): string[] {
  const others = kind.isLive ? open.filter(({ run, source }) => run !== id && source.key === key) : [];
  return others.map(
    ({ run }) => `${run} was open and kept its own options and clusters; this run came after it`,
  );
}

/** A run that is done has its report, whatever the folder for its results makes of them. */
async function tryCopy(
  bucket: string,
  run: Run,
  out: string,
): Promise<Pick<Finished, 'renamed' | 'uncopied'>> {
  try {
    return { renamed: await copyResults(bucket, run, out) };
  } catch (error) {
    if (error instanceof SmallbatchError) return { renamed: 0, uncopied: toFailure(error) };
    throw error;
  }
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
  // What ended untold is told by whoever looks at it; only then is there another pass.
  const isUntold = before !== undefined && before.emittedAt === undefined;
  const generation = isUntold ? before.generation : (before?.generation ?? 0) + 1;
  const { bucket, key, versionId } = ref;
  const message = { type: 'start', bucket, key, versionId, options, generation };
  await sendMessage(stack.template.output('IntakeQueueUrl'), message, 'start');
  return generation;
}
