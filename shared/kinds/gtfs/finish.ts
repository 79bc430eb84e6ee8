import type { FinishContext } from '../../kind.ts';
import type { GtfsOptions } from './item-data.ts';

/** Checks across tables, and the report. */
export async function finish(_context: FinishContext<GtfsOptions>): Promise<void> {
  // the report follows
}
