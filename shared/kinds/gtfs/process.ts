import { SmallbatchError } from '../../errors.ts';
import type { Failure, Item, Outcome, Output, ProcessContext } from '../../kind.ts';
import { readSlice } from '../../zip/checkpoints/read-slice.ts';
import { ZipError } from '../../zip/errors.ts';
import { readMemberWhole } from '../../zip/member.ts';
import { asReported, memberFailure } from '../zip-entries.ts';
import { openTable } from './feed/open-table.ts';
import type { GtfsData, GtfsOptions, RowsData, TableRef } from './item-data.ts';
import { GTFS_ZIP_LIMITS } from './limits.ts';
import { outputPath, PARQUET_TYPE, partStatePath, STATE_TYPE, statePath } from './output-paths.ts';
import { referenceOf } from './schema/reference.ts';
import { joinStates } from './state/join-states.ts';
import { encodeState, type State } from './state/state.ts';
import { toColumns } from './table/header.ts';
import { LOCATIONS_BYTES_MAX, toLocations } from './table/locations.ts';
import { putPart } from './table/put-part.ts';
import { readParts, type TableRows } from './table/read-parts.ts';
import type { PartOf } from './table/table-part.ts';

type Context = ProcessContext<GtfsOptions>;

/** A table, or some rows of one. */
export async function processItem(item: Item<GtfsData>, context: Context): Promise<Outcome<GtfsData>> {
  const { data } = item;
  try {
    switch (data.type) {
      case 'table':
        return await processTable(data, context);
      case 'rows':
        return await processRows(data, context);
      case 'locations':
        return await processLocations(data, context);
      case 'other':
        return { type: 'done', outputs: [], detail: { status: 'no table' } };
      default:
        return data satisfies never;
    }
  } catch (error) {
    throw asReported(error);
  }
}

/** A short table at once; a long one is cut into slices in one pass, and expands. */
async function processTable(data: TableRef, context: Context): Promise<Outcome<GtfsData>> {
  context.stage('gtfs: open');
  const opened = await openTable(data, context.source);
  if (opened.type === 'slices') return { type: 'expand', items: opened.items };
  if (opened.type === 'none')
    return { type: 'done', outputs: [], detail: { why: opened.why }, failure: opened.failure };
  const of = toPartOf(data, opened.header);
  const rows = { of, number: 1, headerNumber: opened.headerNumber, chunks: opened.chunks };
  const { outputs, states, failure } = await putParts(data, rows, 0, context);
  const joined = await joinStates(() => stream(states), data, context);
  const state = await context.put(statePath(data.feed, data.table), encodeState(joined.state), STATE_TYPE);
  const { rows: count, rejects } = joined.state.info;
  return {
    type: 'done',
    outputs: [...outputs, ...joined.outputs, state],
    detail: { rows: count, rejects },
    failure,
  };
}

async function processLocations(data: TableRef, { source, put }: Context): Promise<Outcome<GtfsData>> {
  const bytes = await readMemberWhole(source, data.member, LOCATIONS_BYTES_MAX, GTFS_ZIP_LIMITS);
  const { feed, table, file } = data;
  const locations = toLocations(bytes, { feed, table, file });
  const outputs = [
    await put(outputPath(feed, table, 0), locations.file, PARQUET_TYPE),
    await put(statePath(feed, table), encodeState(locations.state), STATE_TYPE),
  ];
  return { type: 'done', outputs, detail: { rows: locations.state.info.rows, rejects: 0 } };
}

/** The first output is the state, for `join`. */
async function processRows(data: RowsData, context: Context): Promise<Outcome<GtfsData>> {
  const of = toPartOf(data, data.header);
  const chunks = readSlice(context.source, data.slice);
  const rows = { of, number: data.number, headerNumber: data.headerNumber, chunks };
  const { outputs, states, failure } = await putParts(data, rows, data.part, context);
  if (failure) throw new SmallbatchError(failure.code, failure.message);
  const [state] = states;
  if (!state || states.length > 1) throw new Error(`expected one part of a slice, found ${states.length}`);
  const path = partStatePath(data.feed, data.table, data.part);
  return { type: 'done', outputs: [await context.put(path, encodeState(state), STATE_TYPE), ...outputs] };
}

function toPartOf({ table, file }: TableRef, header: readonly string[]): PartOf {
  return { table, file, header, columns: toColumns(header, referenceOf(table)) };
}

interface PutParts {
  readonly outputs: Output[];
  readonly states: State[];
  /** The member is broken; the rows before the break are there. */
  failure?: Failure;
}

async function putParts(ref: TableRef, rows: TableRows, first: number, context: Context): Promise<PutParts> {
  const result: PutParts = { outputs: [], states: [] };
  let number = first;
  try {
    for await (const part of readParts(rows)) {
      context.stage('gtfs: write');
      // a table without rows has one part
      if (part.rows === 0 && part.rejects.count === 0 && number > first) continue;
      const { outputs, state } = await putPart(ref, part, number++, context);
      result.outputs.push(...outputs);
      result.states.push(state);
    }
  } catch (error) {
    if (!(error instanceof ZipError)) throw error;
    result.failure = memberFailure(error);
  }
  return result;
}

async function* stream<T>(values: readonly T[]): AsyncGenerator<T> {
  yield* values;
}
