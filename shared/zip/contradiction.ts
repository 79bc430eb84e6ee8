import { type DirectoryRecord, whereOf } from './directory.ts';
import type { Tail } from './end-record.ts';
import { ZipError } from './errors.ts';
import { isOverRatio, type Judgement, METHOD_DEFLATE, type Rules } from './judge.ts';
import { type LocalHeader, parseLocalHeader } from './local-header.ts';
import { showRawName } from './name.ts';
import { MAX_UINT32 } from './zip64.ts';

/**
 * Compares a record with its local header where this came with the tail, as it does in a small archive, and costs nothing. Most differences fail the member when it
 * is read. Three say that the directory was rewritten after the members were, so that names, ranges and totals were all
 * judged on a forgery: a name or a method that is refused, but only the directory has it, and a size that hides a bomb.
 */
export function checkContradiction(
  record: DirectoryRecord,
  entry: Judgement['entry'],
  { tail, rules }: { readonly tail: Tail; readonly rules: Rules },
): void {
  if (entry === 'left-out' || record.headerOffset < tail.start) return;
  const local = parseLocalHeader(tail.bytes.subarray(record.headerOffset - tail.start));
  if (local === undefined) return;
  const refusal = entry.type === 'rejected' ? entry.error.code : '';
  if (refusal.startsWith('NAME_') && !local.rawName.equals(record.rawName))
    throw contradiction(record, 'the same name', showRawName(local.rawName));
  if (refusal === 'METHOD_UNSUPPORTED' && local.method !== record.method)
    throw contradiction(record, `method ${record.method}`, local.method);
  if (refusal === '' && isHiddenBomb(local, record, rules))
    throw contradiction(record, `${record.bytes} bytes`, local.bytes);
}

/** Over the ratio limit by its local header, under it by the directory. A placeholder without its zip64 value says nothing. */
function isHiddenBomb(local: LocalHeader, record: DirectoryRecord, { limits }: Rules): boolean {
  if (local.method !== METHOD_DEFLATE || local.bytes === MAX_UINT32) return false;
  return isOverRatio(local.bytes, record.compressedBytes, limits);
}

function contradiction(record: DirectoryRecord, expected: string, found: string | number): ZipError {
  const where = { ...whereOf(record), offset: record.headerOffset };
  return new ZipError('DIRECTORY_CONTRADICTED', { ...where, expected, found });
}
