import * as z from 'zod';
import { getRow, updateRow } from '../aws/table.ts';

/**
 * The write-ahead pointer of an item that runs alone because a function may have been killed over it. A handler that ends
 * in any way takes the pointer back; one that finds its own message's pointer knows that the last delivery was killed.
 */
const row = z.object({ messageId: z.string().optional(), kills: z.number().default(0) });

/** A cluster of one item, and the message that delivers it. */
export interface Attempt {
  readonly group: string;
  readonly index: number;
  readonly messageId: string;
}

const attemptKey = ({ group, index }: Pick<Attempt, 'group' | 'index'>): string =>
  `attempt#${group}#${index}`;

/** True when the last delivery of this very message was killed while its item ran. */
export async function wasKilled(attempt: Attempt): Promise<boolean> {
  const found = await getRow(attemptKey(attempt));
  return found !== undefined && row.parse(found).messageId === attempt.messageId;
}

export async function setPointer(attempt: Attempt): Promise<void> {
  await updateRow(attemptKey(attempt), { set: { messageId: attempt.messageId } });
}

export async function takePointerBack(attempt: Attempt): Promise<void> {
  await updateRow(attemptKey(attempt), { remove: ['messageId'] });
}

/** Notes that what the attempt ran had its thread ended; returns how often that was. */
export async function countKill(attempt: Pick<Attempt, 'group' | 'index'>): Promise<number> {
  return row.parse(await updateRow(attemptKey(attempt), { add: { kills: 1 } })).kills;
}
