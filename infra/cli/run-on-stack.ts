import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { EXIT } from '../../shared/command/exit.ts';
import { SmallbatchError, toFailure } from '../../shared/errors.ts';
import { toAsciiJson } from '../../shared/json/lines.ts';
import type { Kind } from '../../shared/kind.ts';
import type { Run } from '../../shared/run/run.ts';
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

/** A run that was set going, or found done. */
export interface Going {
  readonly id: string;
  /** The pass to wait for. */
  readonly generation: number;
  readonly isDone: boolean;
  /** What it waits for. */
  readonly waits: readonly string[];
}

/** Starts the local stack, has a run set going on it, prints the report, returns the exit code. `path`: the source's file, if there is one. */
export async function runOnStack(
  kind: Kind,
  path: string | undefined,
  chosen: Settings,
  setGoing: (stack: LocalStack) => Promise<Going>,
): Promise<number> {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  const stack = await start(kind, path, chosen);
  try {
    const finished = await follow(stack, setGoing, chosen, interrupted.signal);
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

async function start(kind: Kind, path: string | undefined, chosen: Settings): Promise<LocalStack> {
  const { state, concurrency = availableParallelism(), duplicates, verbose } = chosen;
  const { settings, secrets } = await toLocalSettings(kind, chosen);
  for (const value of secrets.values()) hideSecret(value);
  const guest = toGuest(chosen);
  const folders = await toFolders(path, chosen.bucket);
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
  stack: LocalStack,
  setGoing: (stack: LocalStack) => Promise<Going>,
  chosen: Settings,
  signal: AbortSignal,
): Promise<Finished> {
  const started = performance.now();
  const { id, generation, isDone, waits } = await setGoing(stack);
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
