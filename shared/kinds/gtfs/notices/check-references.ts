import { arrayOf, type FeedView, fileNameOf, type HashSet, setOf, textOf } from '../feed/feed-view.ts';
import type { Field } from '../schema/field.ts';
import { referenceOf } from '../schema/reference.ts';
import { hashText } from '../state/hash.ts';
import type { State } from '../state/state.ts';
import type { Notices } from './notices.ts';

/** Values that must be in another table. Each different value is looked up once; all of its rows count. */
export function checkReferences(feed: FeedView, notices: Notices): void {
  const parents = new Map<string, HashSet>();
  for (const [table, state] of feed.tables)
    for (const field of referenceOf(table)?.fields ?? [])
      if (field.references) checkField(feed, state, field, parents, notices);
  checkTranslations(feed, notices);
}

function checkField(
  feed: FeedView,
  state: State,
  field: Field,
  parents: Map<string, HashSet>,
  notices: Notices,
): void {
  const { arrays, info } = state;
  const hashes = arrays.get(`ref.${field.name}.hash`);
  const references = field.references ?? [];
  if (!hashes || isOnlyOptional(info.table, field.name)) return;
  const sets = references.map((reference) => {
    const [table = '', column = ''] = reference.split('.');
    const set = parents.get(reference) ?? setOf(feed, table, column);
    parents.set(reference, set);
    return set;
  });
  const counts = arrays.get(`ref.${field.name}.count`) ?? [];
  const rows = arrays.get(`ref.${field.name}.row`) ?? [];
  const [parentTable = '', parentFieldName = ''] = (references[0] ?? '').split('.');
  for (let index = 0; index < hashes.length; index++) {
    if (sets.some((set) => set.has(hashes[index] as number))) continue;
    const sample = () => ({
      childFilename: info.file,
      childFieldName: field.name,
      parentFilename: parentTable === 'locations' ? 'locations.geojson' : fileNameOf(feed, parentTable),
      parentFieldName,
      fieldValue: textOf(arrays, `ref.${field.name}`, index),
      csvRowNumber: rows[index] as number,
    });
    notices.add('foreign_key_violation', sample, counts[index] as number);
  }
}

/** A service may be defined by its dates alone. */
const isOnlyOptional = (table: string, field: string): boolean =>
  table === 'calendar_dates' && field === 'service_id';

/** What a translation is of, by its table's key. */
const RECORD_IDS: Readonly<Record<string, string>> = {
  agency: 'agency_id',
  stops: 'stop_id',
  routes: 'route_id',
  trips: 'trip_id',
  stop_times: 'trip_id',
  pathways: 'pathway_id',
  levels: 'level_id',
  attributions: 'attribution_id',
};

function checkTranslations(feed: FeedView, notices: Notices): void {
  const names = new Map(Object.keys(RECORD_IDS).map((table) => [hashText(table), table]));
  const tables = arrayOf(feed, 'translations', 'col.table_name');
  const ids = arrayOf(feed, 'translations', 'col.record_id');
  const subIds = arrayOf(feed, 'translations', 'sub');
  const rows = arrayOf(feed, 'translations', 'number');
  const stopTimes = new SequenceIndex(feed, 'stop_times');
  for (let row = 0; row < tables.length; row++) {
    const table = names.get(tables[row] as number);
    const id = ids[row] as number;
    if (table === undefined || Number.isNaN(id)) continue;
    const isThere =
      table === 'stop_times'
        ? stopTimes.has(id, subIds[row] as number)
        : setOf(feed, table, RECORD_IDS[table] ?? '').has(id);
    if (!isThere)
      notices.add('translation_foreign_key_violation', () => ({
        csvRowNumber: rows[row] as number,
        tableName: table,
      }));
  }
}

/** Is there a stop time of a trip with a sequence between its first and its last? */
class SequenceIndex {
  readonly #bounds = new Map<number, readonly [number, number]>();

  constructor(feed: FeedView, table: string) {
    const hashes = arrayOf(feed, table, 'group.hash');
    const low = arrayOf(feed, table, 'group.low');
    const high = arrayOf(feed, table, 'group.high');
    if (arrayOf(feed, 'translations', 'number').length === 0) return;
    for (let group = 0; group < hashes.length; group++)
      this.#bounds.set(hashes[group] as number, [low[group] as number, high[group] as number]);
  }

  has(trip: number, sequence: number): boolean {
    const [low, high] = this.#bounds.get(trip) ?? [Number.NaN, Number.NaN];
    return Number.isNaN(sequence) ? this.#bounds.has(trip) : sequence >= low && sequence <= high;
  }
}
