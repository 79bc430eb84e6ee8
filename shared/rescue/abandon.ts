import { newFailure, SmallbatchError } from '../errors.ts';
import type { Item, ItemResult, Kind } from '../kind.ts';
import { kindNamed } from '../kinds/index.ts';
import { readExpanded } from '../process/expanded.ts';
import { getGroup } from '../run/group.ts';
import { parentOf } from '../run/keys.ts';
import type { ClusterMessage, ContinueMessage, FinishMessage, StartMessage } from '../run/message.ts';
import { completeCluster, failed, toResult } from '../run/results.ts';
import { failRun, findRun, getRun, type Run } from '../run/run.ts';
import { emitRunCompleted } from '../run/run-completed.ts';
import { openRun } from '../split/open-run.ts';

const ABANDONED = newFailure(
  'ABANDONED',
  'every attempt failed (the function was killed, timed out or threw); see its log',
);

/** A cluster that no attempt could end: its items fail and the run goes on. A result that is stored already stands. */
export async function abandonCluster(message: ClusterMessage): Promise<void> {
  await completeCluster(message, toAbandoned(kindNamed(message.kind), message.items));
}

/** A group that could not be joined: its expanded items fail; a run that could not be finished fails. */
export async function abandonFinish(message: FinishMessage): Promise<void> {
  const parent = parentOf(message.group);
  if (!parent) return await abandonRun(await findRun(message.run), message.generation, 'finish');
  const [{ clusters }, { results, expansions }] = await Promise.all([
    getGroup(parent.group),
    readExpanded(message.group),
  ]);
  if (clusters === undefined) throw new Error(`expected ${parent.group} to be sealed`);
  const run = await getRun(message.run);
  const abandoned = toAbandoned(
    kindNamed(run.kind),
    expansions.map(({ item }) => item),
  );
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

async function abandonRun(run: Run | undefined, generation: number, step: string): Promise<void> {
  if (run?.generation !== generation) return;
  const reason = new SmallbatchError('ABANDONED', `every attempt at ${step} failed; see its log`);
  await emitRunCompleted(await failRun(run, reason));
}

function toAbandoned(kind: Kind, items: readonly Item[]): ItemResult[] {
  return items.map((item) => toResult(kind, item, failed(item.failure ?? ABANDONED), performance.now()));
}
