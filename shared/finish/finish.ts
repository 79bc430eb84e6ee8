import { readEnv } from '../aws/env.ts';
import { putObject } from '../aws/store.ts';
import { getGroup } from '../run/group.ts';
import { reportKey, rootGroup } from '../run/keys.ts';
import { LEASE_SECONDS, Lease } from '../run/lease.ts';
import { readIndexWarnings } from '../run/manifest.ts';
import type { PublishMessage } from '../run/message.ts';
import { endTurn, giveTurnBack, markSource, readTurn, type Turn, takeTurn } from '../run/published.ts';
import { type Ending, endRun, findRun, getRun, hasEnded, passAgain, type Run } from '../run/run.ts';
import { emitRunCompleted } from '../run/run-completed.ts';
import { sendContinue } from '../run/send.ts';
import { hasNothingToShow, readPublished, toEnding, toPublished } from './point.ts';
import { doPart, FIRST, goOn, type Resume } from './publish-steps.ts';
import { openPublishing, type Publishing } from './publishing.ts';

export type Finished =
  | 'ended'
  | 'busy'
  | 'planned again'
  | 'sent'
  | 'handed on'
  | 'recorded'
  | 'not its turn';

/**
 * Begins to end a run whose root group is complete, or goes on with it: outputs are copied from the run's work to where readers look,
 * then the manifest is written, then `latest.json`, then what left the source is removed. The parts of a large run are sent to other
 * functions. Every step may be repeated. Returns `busy` when another run of the source has its turn: try again later.
 */
export async function finishRun(run: Run, outOfTime: () => boolean): Promise<Finished> {
  if (hasEnded(run)) return await end(run);
  const turn = await takeTurn(run, isOver);
  if (turn === 'busy') return 'busy';
  if (turn === 'superseded') return await end(await endRun(run, await toSuperseded(run)));
  return await publishInTurn(run, turn, outOfTime);
}

/** Does one part of publishing a run, and goes on with the next step if it was the last of its own. */
export async function finishPart(
  run: Run,
  message: PublishMessage,
  outOfTime: () => boolean,
): Promise<Finished> {
  if (hasEnded(run)) return await end(run);
  const turn = await readTurn(run);
  if (!turn) return 'not its turn';
  if (turn.ending) return await end(await endRun(run, turn.ending));
  const publishing = await openPublishing(run, turn);
  const { step, part, from } = message;
  const done = await inLease(publishing, `${step}:${part}`, (lease) =>
    doPart(publishing, message, { lease, outOfTime }),
  );
  return done === 'complete' ? await publish(publishing, { step, from }, outOfTime) : done;
}

async function publishInTurn(stale: Run, turn: Turn, outOfTime: () => boolean): Promise<Finished> {
  const run = await getRun(stale.run);
  // While this delivery waited for its turn, another one may have done its work.
  if (hasEnded(run) || run.generation !== stale.generation) {
    await giveTurnBack(stale);
    return await end(run);
  }
  if (turn.ending) {
    await giveTurnBack(run);
    return await end(await endRun(run, turn.ending));
  }
  const publishing = await openPublishing(run, turn);
  if (publishing.group.unchanged > 0 && isOverOldBase(run, turn)) return await planAgain(run);
  const { kind, group, manifest } = publishing;
  if (!kind.isVersioned) await markSource(run, turn, { clusters: group.clusters ?? 0, manifest });
  return await publish(publishing, FIRST, outOfTime);
}

/** What was unchanged when the plan was made may be changed or gone: another version was published, or died while it was. */
const isOverOldBase = ({ base }: Run, { previous, dead }: Turn): boolean =>
  dead.length > 0 || base !== (previous?.manifest ?? '');

async function planAgain(run: Run): Promise<Finished> {
  await giveTurnBack(run);
  const again = await passAgain(run);
  if (again) await sendContinue(again, 0);
  return 'planned again';
}

async function publish(publishing: Publishing, resume: Resume, outOfTime: () => boolean): Promise<Finished> {
  const outcome = await inLease(publishing, 'steps', async (lease) => {
    const outcome = await goOn(publishing, resume, { lease, outOfTime });
    return outcome === 'published' ? await conclude(publishing) : outcome;
  });
  return typeof outcome === 'string' ? outcome : await end(await endRun(publishing.run, outcome));
}

/** Every step is done: what was published is what readers see from now on. Returns how the run is to end. */
async function conclude(publishing: Publishing): Promise<Ending> {
  const slices = await readPublished(publishing);
  const counted = await toEnding(publishing, slices);
  const isShown = !hasNothingToShow(publishing, slices);
  const warnings = isShown && publishing.hasIndex ? await readIndexWarnings(publishing.manifest) : [];
  const ending = warnings.length === 0 ? counted : { ...counted, warnings };
  const published = isShown ? toPublished(publishing, ending) : undefined;
  await endTurn(publishing.run, publishing.turn, { ending, published });
  return ending;
}

/**
 * Two deliveries of one message, or a late one, must not both change what readers see. Whoever gets the lease looks once more
 * whether there is anything to do: the one before may have ended the pass, and the next pass begun.
 */
async function inLease<T>(
  { run, root, turn }: Publishing,
  name: string,
  work: (lease: Lease) => Promise<T>,
): Promise<T | 'busy'> {
  const lease = await Lease.take(`${root}:${name}`, {
    epoch: turn.epoch,
    isWanted: async () => !hasEnded(await getRun(run.run)),
  });
  if (!lease) return 'busy';
  try {
    return (await isInTurn(run)) ? await work(lease) : 'busy';
  } finally {
    await lease.release();
  }
}

async function isInTurn(run: Run): Promise<boolean> {
  const turn = await readTurn(run);
  return turn !== undefined && turn.ending === undefined;
}

/** A pass that ended with its turn in hand is over when no function can be at work on it any longer. */
async function isOver(pass: string): Promise<boolean> {
  const dot = pass.lastIndexOf('.');
  const run = await findRun(pass.slice(0, dot));
  if (!run || run.generation !== Number(pass.slice(dot + 1))) return true;
  return run.endedAt !== undefined && Date.parse(run.endedAt) + LEASE_SECONDS * 1000 < Date.now();
}

async function end(run: Run): Promise<Finished> {
  if (!hasEnded(run)) return 'planned again';
  if (!run.emittedAt) {
    const report = `${JSON.stringify(run, null, 2)}\n`;
    const key = reportKey(rootGroup(run.run, run.generation));
    await putObject(readEnv(['results']).results, key, report, 'application/json');
  }
  await emitRunCompleted(run);
  return 'ended';
}

async function toSuperseded(run: Run): Promise<Ending> {
  const { ok, failed, unchanged, clusters } = await getGroup(rootGroup(run.run, run.generation));
  return { state: 'superseded', items: { total: ok + failed + unchanged, ok, failed, unchanged }, clusters };
}
