import type { ItemResult } from '../../../kind.ts';
import { type FeedView, rowsOf } from '../feed/feed-view.ts';
import type { TableReference } from '../schema/field.ts';
import { allReferences, LOCATIONS_FILE, referenceOf } from '../schema/reference.ts';
import type { State } from '../state/state.ts';
import type { Notices } from './notices.ts';

/** What is to be said of a feed's files and headers. */
export function checkFiles(feed: FeedView, notices: Notices): void {
  checkMissing(feed, notices);
  for (const result of feed.results) checkResult(result, notices);
  const folder = feed.results.map(({ detail }) => String(detail?.folder ?? '')).find((name) => name !== '');
  if (folder !== undefined) notices.add('invalid_input_files_in_subfolder', () => ({ filename: folder }));
  for (const { info } of feed.tables.values()) checkHeader(info, notices);
  const entityCount = rowsOf(feed, 'feed_info');
  if (entityCount > 1)
    notices.add('more_than_one_entity', () => ({ filename: 'feed_info.txt', entityCount }));
}

const UNKNOWN: readonly unknown[] = ['unknown_file', 'no_table'];

function checkResult({ detail, failure }: ItemResult, notices: Notices): void {
  const filename = String(detail?.file ?? detail?.name ?? '');
  if (detail?.why === 'subfolder') notices.add('invalid_input_files_in_subfolder', () => ({ filename }));
  if (UNKNOWN.includes(detail?.why)) notices.add('unknown_file', () => ({ filename }));
  if (failure)
    notices.add('i_o_error', () => ({ filename, exception: failure.code, message: failure.message }));
}

function checkMissing({ tables, results }: FeedView, notices: Notices): void {
  const has = (table: string): boolean =>
    tables.has(table) || results.some(({ detail }) => detail?.table === table);
  for (const { file, presence } of allReferences())
    if (presence === 'required' && !has(file.slice(0, -4)))
      notices.add('missing_required_file', () => ({ filename: file }));
  if (!has('stops') && !has('locations'))
    notices.add('missing_required_file', () => ({ filename: 'stops.txt' }));
  if (!has('calendar') && !has('calendar_dates'))
    notices.add('missing_calendar_and_calendar_date_files', () => ({}));
  if (has('feed_info')) return;
  // with translations it is required
  const code = has('translations') ? 'missing_required_file' : 'missing_recommended_file';
  notices.add(code, () => ({ filename: 'feed_info.txt' }));
}

function checkHeader({ table, file, header }: State['info'], notices: Notices): void {
  const reference = referenceOf(table);
  const filename = file;
  if (header.length === 0) notices.add('empty_file', () => ({ filename }));
  const names = header.map((name) => name.toLowerCase());
  for (const index of names.keys()) checkName(file, names, index, notices);
  if (reference) checkKnown(file, names, reference, notices);
  else if (file.toLowerCase() !== LOCATIONS_FILE) notices.add('unknown_file', () => ({ filename }));
}

function checkKnown(
  filename: string,
  names: readonly string[],
  { fields }: TableReference,
  notices: Notices,
): void {
  const known = new Set(fields.map(({ name }) => name));
  for (const [index, fieldName] of names.entries())
    if (fieldName !== '' && !known.has(fieldName))
      notices.add('unknown_column', () => ({ filename, fieldName, index }));
  if (names.length === 0) return;
  for (const { name: fieldName, presence } of fields)
    if (presence === 'required' && !names.includes(fieldName))
      notices.add('missing_required_column', () => ({ filename, fieldName }));
}

function checkName(filename: string, names: readonly string[], index: number, notices: Notices): void {
  const name = names[index] ?? '';
  const firstIndex = names.indexOf(name);
  if (name === '') notices.add('empty_column_name', () => ({ filename, index }));
  else if (firstIndex < index)
    notices.add('duplicated_column', () => ({ filename, fieldName: name, firstIndex, secondIndex: index }));
}
