import { sendMessage } from '../../shared/aws/queue.ts';
import { isPermanent } from '../../shared/errors.ts';
import { readManifest } from '../../shared/run/manifest.ts';
import { findRun, hasEnded, openRuns, type Run } from '../../shared/run/run.ts';
import { toRunId } from '../../shared/run/run-id.ts';
import type { LocalStack } from '../local/local-stack.ts';
import { type Going, runOnStack } from './run-on-stack.ts';
import type { Settings } from './settings.ts';
import { type LocalSource, type Uploaded, upload } from './source.ts';

/** Runs one source on the local stack, prints the report, returns the exit code. */
export async function runSource(
  source: LocalSource,
  options: Record<string, unknown>,
  chosen: Settings,
): Promise<number> {
  return await runOnStack(
    source.kind,
    source.path,
    chosen,
    async (stack) => await beginSource(source, options, stack),
  );
}

async function beginSource(
  source: LocalSource,
  options: Record<string, unknown>,
  stack: LocalStack,
): Promise<Going> {
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
  return { id, generation, isDone, waits: toWaits(open, id, source) };
}

/** Runs of a live source go one after the other: what an open one has planned is done as it was planned. */
function toWaits(open: readonly Run[], id: string, { kind, key }: LocalSource): string[] {
  const others = kind.isLive ? open.filter(({ run, source }) => run !== id && source.key === key) : [];
  return others.map(
    ({ run }) => `${run} was open and kept its own options and clusters; this run came after it`,
  );
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
export async function setGoing(
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
