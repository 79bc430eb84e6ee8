import type { Output, ProcessContext } from '../../../kind.ts';
import { writeParquet } from '../../../parquet/write-file.ts';
import type { GtfsOptions, TableRef } from '../item-data.ts';
import { outputPath, PARQUET_TYPE, rejectsPath } from '../output-paths.ts';
import type { State } from '../state/state.ts';
import { toState } from '../state/to-state.ts';
import { withGeometry } from './geometry.ts';
import type { TablePart } from './table-part.ts';

/** Stores a part's rows and rejects; returns what checks across parts need. */
export async function putPart(
  { feed, table }: TableRef,
  part: TablePart,
  number: number,
  { put }: Pick<ProcessContext<GtfsOptions>, 'put'>,
): Promise<{ readonly outputs: readonly Output[]; readonly state: State }> {
  const values = part.toValues();
  const state = toState(feed, part, values);
  const file = writeParquet(withGeometry(table, part.of.columns, values));
  const outputs = [await put(outputPath(feed, table, number), file, PARQUET_TYPE)];
  if (part.rejects.count > 0)
    outputs.push(await put(rejectsPath(feed, table, number), part.rejects.toParquet(), PARQUET_TYPE));
  return { outputs, state };
}
