import { z } from 'zod';
import type { Run } from './run.ts';
import { getRow, updateRow } from './table.ts';

/** What readers see of a source: the newest version whose run was published, and who is publishing now. */
const published = z.object({
  order: z.string(),
  run: z.string(),
  generation: z.number(),
  kindVersion: z.number(),
  options: z.string(),
  manifest: z.string(),
});
export type Published = z.infer<typeof published>;

const sourceRow = z.object({ published: published.optional() });

/** A publisher that died is waited for no longer than this; it is above the finish function's own time limit. */
const LOCK_SECONDS = 16 * 60;

const sourceKey = (run: Pick<Run, 'kind' | 'name'>): string => `source#${run.kind}#${run.name}`;

/** What was published last, if anything. */
export async function getPublished(run: Pick<Run, 'kind' | 'name'>): Promise<Published | undefined> {
  const row = await getRow(sourceKey(run));
  return row && sourceRow.parse(row).published;
}

export type Turn = 'mine' | 'superseded' | 'busy';

/**
 * Takes the source's publishing lock for a run. Uploads may be processed in any order, but only one run publishes at a
 * time, and none after a newer one has. The same run may take its own lock again, so a repeated finish goes on.
 */
export async function takeTurn(run: Run): Promise<Turn> {
  const now = Math.floor(Date.now() / 1000);
  const owner = `${run.run}.${run.generation}`;
  const row = await updateRow(sourceKey(run), {
    update: 'SET #lockOwner = :owner, #lockUntil = :until',
    condition:
      '(attribute_not_exists(#lockOwner) OR #lockOwner = :owner OR #lockUntil < :now) AND ' +
      '(attribute_not_exists(#published) OR #published.#order <= :order)',
    values: { ':owner': owner, ':until': now + LOCK_SECONDS, ':now': now, ':order': run.order },
  });
  if (row) return 'mine';
  const current = await getPublished(run);
  return current && current.order > run.order ? 'superseded' : 'busy';
}

/** Ends the turn with the run as what readers see. */
export async function endTurn(run: Run, result: Published): Promise<void> {
  await updateRow(sourceKey(run), {
    update: 'SET #published = :published REMOVE #lockOwner, #lockUntil',
    condition: '#lockOwner = :owner',
    values: { ':published': result, ':owner': `${run.run}.${run.generation}` },
  });
}
