import { clusterQueueUrl, sendMessage, tierFor } from '../aws/queue.ts';
import { type Failure, newFailure, SmallbatchError } from '../errors.ts';
import type { Item, ItemResult, Kind } from '../kind.ts';
import { kindNamed } from '../kinds/index.ts';
import { readExpanded } from '../process/expanded.ts';
import { getAttempts } from '../run/attempt.ts';
import { getGroup } from '../run/group.ts';
import { childGroup, parentOf } from '../run/keys.ts';
import type { ClusterMessage, ContinueMessage, FinishMessage, StartMessage } from '../run/message.ts';
import { completeCluster, failed, toResult } from '../run/results.ts';
import { failRun, findRun, getRun, hasEnded, type Run, type Trouble } from '../run/run.ts';
import { emitRunCompleted } from '../run/run-completed.ts';
import { openRun } from '../split/open-run.ts';

/** A cluster that no delivery began (every function was busy) goes back to its queue this often. */
const RESENDS_MAX = 3;

/**
 * A cluster that no attempt could end: its items fail and the run goes on. A result that is stored already stands; so does a
 * child group that is sent, whose own clusters end, each in its own way.
 */
export async function abandonCluster(message: ClusterMessage): Promise<void> {
  const run = await findRun(message.run);
  if (!run || hasEnded(run) || run.generation !== message.generation) return;
  const child = await getGroup(childGroup(message.group, message.index));
  if (child.sentAt !== undefined) return;
  const attempts = await getAttempts(message);
  const { resends = 0 } = message;
  if (attempts.begun === 0 && resends < RESENDS_MAX) return await sendAgain(message, resends + 1);
  const failure = toAbandoned(attempts.mark ? 'the function was killed' : attempts.error);
  await completeCluster(message, toResults(kindNamed(message.kind), message.items, failure));
}

async function sendAgain(message: ClusterMessage, resends: number): Promise<void> {
  const url = clusterQueueUrl(message.kind, tierFor(message.kind, message.memoryMb));
  await sendMessage(url, { ...message, resends } satisfies ClusterMessage, message.run);
}

/** A group that could not be joined: its expanded items fail; a run that could not be finished fails. */
export async function abandonFinish(message: FinishMessage): Promise<void> {
  const parent = parentOf(message.group);
  if (!parent) return await abandonRun(await findRun(message.run), message.generation, 'finish');
  const [{ clusters }, child] = await Promise.all([getGroup(parent.group), getGroup(message.group)]);
  if (clusters === undefined) throw new Error(`expected ${parent.group} to be sealed`);
  const { results, expansions } = await readExpanded(message.group, child);
  const run = await getRun(message.run);
  const items = expansions.map(({ item }) => item);
  const failure = toAbandoned(run.trouble?.step === 'finish' ? run.trouble.message : undefined);
  const abandoned = toResults(kindNamed(run.kind), items, failure);
  await completeCluster({ ...message, ...parent, clusters }, [...results, ...abandoned]);
}

/** A run that could not be split fails, unless a later attempt got it going. */
export async function abandonIntake(message: StartMessage | ContinueMessage): Promise<void> {
  const run = message.type === 'start' ? await tryOpen(message) : await findRun(message.run);
  if (run?.state === 'planning') await abandonRun(run, message.generation, 'split');
}

/** An upload that was deleted has no run to end. A schedule without a source stays with the dead letters, where an alarm finds it. */
async function tryOpen(message: StartMessage): Promise<Run | undefined> {
  try {
    return await openRun(message);
  } catch (error) {
    if (error instanceof SmallbatchError && message.at === undefined) return undefined;
    throw error;
  }
}

/** The run ends with what its step failed at each time, as far as that is known. */
async function abandonRun(run: Run | undefined, generation: number, step: Trouble['step']): Promise<void> {
  if (run?.generation !== generation) return;
  const trouble = run.trouble?.step === step ? run.trouble : undefined;
  const why = trouble ? `; the last one: ${trouble.message}` : '; see its log';
  const reason = new SmallbatchError(trouble?.code ?? 'ABANDONED', `every attempt at ${step} failed${why}`);
  await emitRunCompleted(await failRun(run, reason));
}

function toAbandoned(error = 'the function was killed, timed out or threw; see its log'): Failure {
  return newFailure('ABANDONED', `every attempt failed; the last one: ${error}`);
}

function toResults(kind: Kind, items: readonly Item[], failure: Failure): ItemResult[] {
  return items.map((item) => toResult(kind, item, failed(item.failure ?? failure), performance.now()));
}
