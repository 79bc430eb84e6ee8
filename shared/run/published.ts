import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { allOf, anyOf, type Clause, is, isAbsent, isAtMost, isLess, isThere } from '../aws/condition.ts';
import { getRow, updateRow } from '../aws/table.ts';
import type { Run } from './run.ts';

/** What readers see of a source: the newest version whose run was published, and who is publishing now. */
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

const sourceRow = z.object({
  published: published.optional(),
  /** Of a live source: the run whose turn it is to look at it. */
  active: z.string().optional(),
});

/** How long a publisher that was killed is waited for; one that lives renews its lease three times in it. */
const LEASE_SECONDS = 30;

// The owner is this very call, whose first answer may have been lost on the way.
const isFree = (owner: string): Clause =>
  anyOf(isAbsent('lockOwner'), isLess('lockUntil', toSeconds(Date.now())), isMine(owner));
const isNotNewer = (order: string): Clause =>
  anyOf(isAbsent('published'), isAtMost('published.order', order));
const isMine = (owner: string): Clause => is('lockOwner', owner);

const sourceKey = (run: Pick<Run, 'kind' | 'name'>): string => `source#${run.kind}#${run.name}`;
const toSeconds = (ms: number): number => Math.floor(ms / 1000);

/** What was published last, if anything. */
export async function getPublished(run: Pick<Run, 'kind' | 'name'>): Promise<Published | undefined> {
  const row = await getRow(sourceKey(run));
  return row && sourceRow.parse(row).published;
}

/**
 * Runs of a live source go one after the other, or two would fetch the same things at once. True when it is this run's
 * turn; the run before it gives its place up by ending (`isOver`), so that one that died does not hold it for good.
 */
export async function takePlace(run: Run, isOver: (other: string) => Promise<boolean>): Promise<boolean> {
  const row = await getRow(sourceKey(run));
  const active = row && sourceRow.parse(row).active;
  if (active === run.run) return true;
  if (active !== undefined && !(await isOver(active))) return false;
  const taken = await updateRow(sourceKey(run), {
    set: { active: run.run },
    condition: active === undefined ? isAbsent('active') : is('active', active),
    isKept: true,
  });
  return taken !== undefined;
}

/**
 * Takes the source's publishing lock for one delivery of a finish message: a second delivery for the same run waits like
 * any other run, or it would go on with its copies after the first one gave the lock back. Uploads may be processed in
 * any order, but only one publishes at a time, and none after a newer one has.
 */
export async function takeTurn(run: Run): Promise<Turn | 'superseded' | 'busy'> {
  const owner = randomUUID();
  const row = await updateRow(sourceKey(run), {
    set: { lockOwner: owner, lockUntil: leaseEnd() },
    condition: allOf(isFree(owner), isNotNewer(run.order)),
    isKept: true,
  });
  if (row) return new Turn(sourceKey(run), owner, sourceRow.parse(row).published);
  const current = await getPublished(run);
  return current && current.order > run.order ? 'superseded' : 'busy';
}

/** Frees the lock of a publisher that is known to be dead. */
export async function freeTurn(run: Run): Promise<void> {
  await updateRow(sourceKey(run), {
    remove: ['lockOwner', 'lockUntil'],
    condition: isThere('lockOwner'),
    isKept: true,
  });
}

const leaseEnd = (): number => toSeconds(Date.now()) + LEASE_SECONDS;

/** The lock, renewed until it is given back. */
export class Turn {
  /** What readers see until this turn ends. */
  readonly previous: Published | undefined;
  readonly #key: string;
  readonly #owner: string;
  readonly #timer: NodeJS.Timeout;
  #until = leaseEnd();
  #isOver = false;

  constructor(key: string, owner: string, previous: Published | undefined) {
    this.#key = key;
    this.#owner = owner;
    this.previous = previous;
    // A renewal that fails is no harm yet: the next one may work, and `check` knows when the lease ends.
    this.#timer = setInterval(() => void this.#renew().catch(() => undefined), (LEASE_SECONDS * 1000) / 3);
  }

  /** To be called before each change that readers see. @throws Error when the lease was lost to another publisher */
  check(): void {
    if (this.#until > toSeconds(Date.now())) return;
    throw new Error(`expected to be the publisher of ${this.#key}, found the lease lost`);
  }

  /** Makes `result` what readers see, and gives the lock back. */
  async end(result: Published): Promise<void> {
    const row = await updateRow(this.#key, {
      set: { published: result },
      remove: ['lockOwner', 'lockUntil'],
      condition: isMine(this.#owner),
      isKept: true,
    });
    if (!row) this.#until = 0;
    this.check();
    this.#isOver = true;
  }

  /** Gives the lock back, if `end` did not. */
  async release(): Promise<void> {
    clearInterval(this.#timer);
    if (this.#isOver) return;
    await updateRow(this.#key, {
      remove: ['lockOwner', 'lockUntil'],
      condition: isMine(this.#owner),
      isKept: true,
    });
  }

  async #renew(): Promise<void> {
    const until = leaseEnd();
    const row = await updateRow(this.#key, {
      set: { lockUntil: until },
      condition: isMine(this.#owner),
      isKept: true,
    });
    this.#until = row ? until : 0;
  }
}
