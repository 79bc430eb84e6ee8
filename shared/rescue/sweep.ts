import { log } from '../aws/log.ts';
import { openRunRows } from '../aws/table.ts';
import { SmallbatchError } from '../errors.ts';
import { type Header, sendPart } from '../plan/plan.ts';
import { completeGroup, type Group, getGroup } from '../run/group.ts';
import { childGroup, rootGroup } from '../run/keys.ts';
import { BLOCK_CLUSTERS, recordCluster, recordedIndexes } from '../run/ledger.ts';
import { freeTurn } from '../run/published.ts';
import { failRun, hasEnded, parseRun, type Run, storeProgress } from '../run/run.ts';
import { emitRunCompleted } from '../run/run-completed.ts';
import { sendContinue, sendFinish } from '../run/send.ts';
import { isStalled } from './stalled.ts';

type Swept = 'fine' | 'deadline' | 'resent' | 'told';

/**
 * Sweeps every open run, each alone: one that can't be swept is logged and does not keep the others from it.
 * @throws Error at the end, when there was one
 */
export async function sweepRuns(restarted: boolean): Promise<void> {
  let failed = 0;
  for await (const row of openRunRows()) {
    try {
      const run = parseRun(row);
      const swept = await sweepRun(run, restarted);
      if (swept !== 'fine') log.warn('swept', { run: run.run, state: run.state, swept });
    } catch (error) {
      failed++;
      log.error('not swept', { run: row.run, error: error instanceof Error ? error : String(error) });
    }
  }
  if (failed > 0) throw new Error(`${failed} open runs could not be swept; see above`);
}

/**
 * The safety net under a run that is open: ends it when its deadline has passed, and sends again what is missing when it
 * stands still (a purged queue, an expired message, a bug). Sending twice is harmless: the ledger counts once.
 * `restarted` says that the queues are known to be empty and no function at work, so that nothing is waited for.
 */
async function sweepRun(run: Run, restarted: boolean): Promise<Swept> {
  if (hasEnded(run)) {
    // Whoever ended it died before its event was out.
    await sendFinish(run.run, run.generation, rootGroup(run.run, run.generation));
    return 'told';
  }
  const now = Math.floor(Date.now() / 1000);
  if (run.deadline < now) {
    const reason = new SmallbatchError(
      'RUN_DEADLINE',
      `expected the run to end by ${new Date(run.deadline * 1000).toISOString()}`,
    );
    await emitRunCompleted(await failRun(run, reason));
    return 'deadline';
  }
  if (!restarted && !(await isStalled(run, now))) return 'fine';
  if (restarted) await freeTurn(run);
  // Looked at again after as long as it took to get here, not at every pass.
  else await storeProgress(run, { clusters: run.progress?.clusters ?? 0, at: now });
  if (run.state === 'planning') await sendContinue(run, 0);
  else await resendGroup(toHeader(run));
  return 'resent';
}

const toHeader = (run: Run): Header => ({
  run: run.run,
  generation: run.generation,
  group: rootGroup(run.run, run.generation),
  kind: run.kind,
  source: run.source,
  options: run.options,
});

/** Sends what a group lacks: its finish if it is complete, else each missing cluster (or what its child group lacks). */
async function resendGroup(header: Header): Promise<void> {
  const group = await getGroup(header.group);
  if (group.clusters === undefined) return;
  if (group.clusters === 0)
    return await completeGroup(header.run, header.generation, header.group, { ok: 0, failed: 0, bytes: 0 });
  if (group.completedAt !== undefined) return await sendFinish(header.run, header.generation, header.group);
  for (let part = 0; part * BLOCK_CLUSTERS < group.clusters; part++) await resendPart(header, group, part);
}

async function resendPart(header: Header, group: Group, part: number): Promise<void> {
  const recorded = await recordedIndexes(header.group, part);
  const end = Math.min((part + 1) * BLOCK_CLUSTERS, group.clusters ?? 0);
  if (recorded.size === end - part * BLOCK_CLUSTERS) return await climbAgain(header, group, end - 1);
  const missing = new Set<number>();
  for (let index = part * BLOCK_CLUSTERS; index < end; index++) {
    if (!recorded.has(index) && !(await resendChildGroup(header, index))) missing.add(index);
  }
  if (missing.size > 0) await sendPart(header, group, part, (index) => missing.has(index));
}

/** True when the cluster waits for its child group, which then got what it lacks. */
async function resendChildGroup(header: Header, index: number): Promise<boolean> {
  const child = { ...header, group: childGroup(header.group, index) };
  if ((await getGroup(child.group)).sentAt === undefined) return false;
  await resendGroup(child);
  return true;
}

/** The block is full, but whoever filled it may have died before it climbed: record one of its clusters again. */
async function climbAgain(header: Header, group: Group, index: number): Promise<void> {
  const sums = await recordCluster(header.group, group.clusters ?? 0, index, { ok: 0, failed: 0, bytes: 0 });
  if (sums) await completeGroup(header.run, header.generation, header.group, sums);
}
