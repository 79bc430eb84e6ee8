import * as z from 'zod';
import { allOf, anyOf, type Clause, is, isAbsent, isAtMost, isThere } from '../aws/condition.ts';
import { getRow, type Row, updateRow } from '../aws/table.ts';
import { rootGroup } from './keys.ts';
import { type Ending, ending, type Run } from './run.ts';

/** What readers see of a source: the newest version whose run was published. */
const published = z.object({
  order: z.string(),
  run: z.string(),
  generation: z.number(),
  kindVersion: z.number(),
  options: z.string(),
  manifest: z.string(),
  /** Earlier manifests, oldest first, whose outputs may have left the source while runs had failures (they remove nothing). */
  unpruned: z.array(z.string()).default([]),
});
export type Published = z.infer<typeof published>;

/**
 * A pass that has begun to copy: what readers see may be its bytes from now on, whatever the last manifest says. The mark goes
 * when a pass is published; that of one that died stays for the next to clean up after.
 */
const mark = z.object({ pass: z.string(), clusters: z.number(), manifest: z.string() });
export type Mark = z.infer<typeof mark>;

const sourceRow = z.object({
  published: published.optional(),
  /** Of a live source: the run whose turn it is to look at it. */
  active: z.string().optional(),
  /** The pass that publishes now. It keeps the turn until it has ended, over any number of deliveries. */
  turn: z.string().optional(),
  marks: z.array(mark).default([]),
  /** Leases that were taken before are void. */
  epoch: z.number().default(0),
  /** The last pass that was published, and how its run is to end. */
  last: z.object({ pass: z.string(), ending }).optional(),
});
type SourceRow = z.infer<typeof sourceRow>;

/** One pass of a run over its source; also the name of its root group. */
const passOf = ({ run, generation }: Pick<Run, 'run' | 'generation'>): string => rootGroup(run, generation);
const parse = (row: Row | undefined): SourceRow => sourceRow.parse(row ?? {});

const isMine = (run: Run): Clause => is('turn', passOf(run));
const isNotNewer = (order: string): Clause =>
  anyOf(isAbsent('published'), isAtMost('published.order', order));

type Named = Pick<Run, 'kind' | 'name'>;
export const sourceKey = ({ kind, name }: Named): string => `source#${kind}#${name}`;
const getSource = async (run: Named): Promise<SourceRow> => parse(await getRow(sourceKey(run)));

/** What was published last, if anything. */
export async function getPublished(run: Named): Promise<Published | undefined> {
  return (await getSource(run)).published;
}

/** What a plan may carry over: nothing where a pass that is not published may have written over it. */
export async function getIntact(run: Named): Promise<Published | undefined> {
  const { published, marks } = await getSource(run);
  return marks.length === 0 ? published : undefined;
}

/**
 * Runs of a live source go one after the other, or two would fetch the same things at once. True when it is this run's
 * turn; the run before it gives its place up by ending (`isOver`), so that one that died does not hold it for good.
 */
export async function takePlace(run: Run, isOver: (other: string) => Promise<boolean>): Promise<boolean> {
  const { active } = await getSource(run);
  if (active === run.run) return true;
  if (active !== undefined && !(await isOver(active))) return false;
  const taken = await updateRow(sourceKey(run), {
    set: { active: run.run },
    condition: active === undefined ? isAbsent('active') : is('active', active),
    isKept: true,
  });
  return taken !== undefined;
}

/** The right to change what readers see of a source, of one pass at a time. */
export interface Turn {
  /** What readers see until this turn ends. */
  readonly previous: Published | undefined;
  /** Passes that died while they had the turn, and what they may have left. */
  readonly dead: readonly Mark[];
  readonly epoch: number;
  /** The pass is published; only its run was not ended yet. */
  readonly ending: Ending | undefined;
}

/**
 * Takes the source's turn for a pass, which keeps it until `endTurn` or `giveTurnBack`. Uploads may be processed in any order,
 * but only one publishes at a time, and none after a newer one has. A pass that ended in another way (`isOver`) has no turn any longer.
 */
export async function takeTurn(
  run: Run,
  isOver: (pass: string) => Promise<boolean>,
): Promise<Turn | 'superseded' | 'busy'> {
  const taken = await tryTurn(run, anyOf(isAbsent('turn'), isMine(run)));
  if (taken) return taken;
  const { published, turn } = await getSource(run);
  if (published && published.order > run.order) return 'superseded';
  if (turn === undefined || !(await isOver(turn))) return 'busy';
  return (await tryTurn(run, is('turn', turn))) ?? 'busy';
}

async function tryTurn(run: Run, condition: Clause): Promise<Turn | undefined> {
  const row = await updateRow(sourceKey(run), {
    set: { turn: passOf(run) },
    condition: allOf(condition, isNotNewer(run.order)),
    isKept: true,
  });
  return row && toTurn(run, parse(row));
}

/** The pass's turn as it is now, or as it ended; undefined when it does not have it. */
export async function readTurn(run: Run): Promise<Turn | undefined> {
  const row = await getSource(run);
  return row.turn === passOf(run) || row.last?.pass === passOf(run) ? toTurn(run, row) : undefined;
}

function toTurn(run: Run, { published: previous, marks, epoch, last }: SourceRow): Turn {
  const dead = marks.filter(({ pass }) => pass !== passOf(run));
  return { previous, dead, epoch, ending: last?.pass === passOf(run) ? last.ending : undefined };
}

/** To be called before the first copy of a pass. */
export async function markSource(run: Run, { dead }: Turn, own: Omit<Mark, 'pass'>): Promise<void> {
  await updateRow(sourceKey(run), {
    set: { marks: [...dead, { pass: passOf(run), ...own }] satisfies Mark[] },
    condition: isMine(run),
    isKept: true,
  });
}

export interface TurnEnd {
  readonly ending: Ending;
  /** What readers see from now on. Undefined: nothing was published, and what they saw stands. */
  readonly published: Published | undefined;
}

/** Makes the result what readers see, and gives the turn back. @throws Error when the turn was lost to another pass */
export async function endTurn(run: Run, { dead }: Turn, end: TurnEnd): Promise<void> {
  const row = await updateRow(sourceKey(run), {
    set: {
      published: end.published,
      last: { pass: passOf(run), ending: end.ending },
      marks: end.published ? [] : dead,
    },
    remove: ['turn'],
    condition: isMine(run),
    isKept: true,
  });
  if (row) return;
  const { last } = await getSource(run);
  if (last?.pass !== passOf(run))
    throw new Error(`expected ${sourceKey(run)} to be the turn of ${passOf(run)}`);
}

/** Gives the turn back before anything was copied. */
export async function giveTurnBack(run: Run): Promise<void> {
  await updateRow(sourceKey(run), { remove: ['turn'], condition: isMine(run), isKept: true });
}

/** Voids the leases of publishers that are known to be dead. */
export async function freeTurn(run: Run): Promise<void> {
  await updateRow(sourceKey(run), { add: { epoch: 1 }, condition: isThere('turn'), isKept: true });
}
