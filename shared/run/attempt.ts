import * as z from 'zod';
import { getRow, updateRow } from '../aws/table.ts';
import { toFailure } from '../errors.ts';

/**
 * What is known of the deliveries of one cluster. The first one of all leaves no mark here, which would cost a write for each cluster;
 * a later one sets a mark before it begins and takes it back however it ends. Who finds its own message's mark knows that the
 * last delivery was killed. A delivery that found no free function left none, and counts for nothing.
 */
const row = z.object({
  /** The message that is at work on the cluster, or was when its function was killed. */
  mark: z.string().optional(),
  /** Deliveries that began, as far as they are marked. */
  begun: z.number().default(0),
  /** How often what it ran had its thread ended. */
  kills: z.number().default(0),
  /** What the last one failed at. */
  error: z.string().optional(),
});
export type Attempts = z.infer<typeof row>;

/** A cluster's place, and the message that delivers it. */
export interface Attempt {
  readonly group: string;
  readonly index: number;
  readonly messageId: string;
}

const attemptKey = ({ group, index }: Omit<Attempt, 'messageId'>): string => `attempt#${group}#${index}`;

export async function getAttempts(place: Omit<Attempt, 'messageId'>): Promise<Attempts> {
  return row.parse((await getRow(attemptKey(place))) ?? {});
}

/** Does the work between the mark and its removal. */
export async function marked<T>(attempt: Attempt, work: () => Promise<T>): Promise<T> {
  const key = attemptKey(attempt);
  try {
    // Within: also a write that fails may have had its effect, and the mark would blame an item that never ran.
    await updateRow(key, { set: { mark: attempt.messageId }, add: { begun: 1 } });
    return await work();
  } finally {
    await updateRow(key, { remove: ['mark'] });
  }
}

/** Notes that what a delivery ran had its thread ended; returns how often that was. */
export async function countKill(place: Omit<Attempt, 'messageId'>): Promise<number> {
  return row.parse((await updateRow(attemptKey(place), { add: { kills: 1 } })) ?? {}).kills;
}

/** A delivery failed without being killed. */
export async function noteFailed(place: Omit<Attempt, 'messageId'>, error: unknown): Promise<void> {
  const { message } = toFailure(error);
  await updateRow(attemptKey(place), { set: { error: message }, add: { begun: 1 } });
}
