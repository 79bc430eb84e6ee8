import type { Lease } from '../run/lease.ts';

/** How long a step of publishing may go on. */
export interface Pace {
  /** Checked before each change that readers see. */
  readonly lease: Pick<Lease, 'check'>;
  outOfTime(): boolean;
}

/** One part of a step, and how much of it earlier deliveries did. */
export interface Work extends Pace {
  readonly from: number;
}
