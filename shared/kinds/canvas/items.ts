import { createHash } from 'node:crypto';
import { newFailure } from '../../errors.ts';
import type { Failure, Item } from '../../kind.ts';
import type { ZipError, ZipErrorCode } from '../../zip/errors.ts';
import { memberFailure, printableName, rejectedId } from '../zip-entries.ts';
import { hex, isRewritten, MANIFEST } from './facts.ts';
import { formatOf } from './formats.ts';
import type { CanvasOptions } from './options.ts';
import type { CanvasData, CourseRecord, Listing, MemberData, ModuleOutline } from './schema.ts';

/**
 * Ids: a file's path in the archive; what is no file begins with a slash, as no path does. Identities: size and CRC-32, and a digest of all that
 * its Markdown and the line about it depend on beside its bytes.
 */

/** A file of the archive. `failure`: its content was needed to decide and could not be read. */
export function memberItem(data: MemberData, failure?: Failure): Item<CanvasData> {
  const { member, listing, ...more } = data;
  const content = isRewritten(member.name) ? 'settings' : `${member.bytes}-${hex(member.crc32)}`;
  return {
    id: member.name,
    identity: `${content}-${digestOf({ listing, ...more })}`,
    bytes: listing.excluded ? 0 : member.compressedBytes,
    data,
    failure,
  };
}

/** An entry that the archive's reader refuses. */
export function rejectedItem(
  name: string,
  error: ZipError,
  listing: Listing,
  order: number,
): Item<CanvasData> {
  const item = absentItem(name, error.code, listing, memberFailure(error));
  return isNameRefused(error.code) ? { ...item, id: rejectedId(name, order) } : item;
}

/** Any other entry is still the file of that name, whose earlier Markdown stands. */
function isNameRefused(code: ZipErrorCode): boolean {
  return code.startsWith('NAME_') || code === 'DIRECTORY_WITH_DATA';
}

/**
 * A file that the course names and the archive lacks. It fails only where the manifest promises it and it would have been converted; a dead
 * link in a page is no failure.
 */
export function missingItem(
  path: string,
  listing: Listing,
  isPromised: boolean,
  options: CanvasOptions,
): Item<CanvasData> {
  const isWanted = !listing.excluded && formatOf(path, listing.kind, options) !== undefined;
  const message = `${MANIFEST} names "${path}", which the archive does not have`;
  if (isPromised)
    return absentItem(path, 'missing', listing, isWanted ? newFailure('MEMBER_MISSING', message) : undefined);
  const reason = `${listing.reason}; the archive does not have it`;
  return absentItem(path, 'missing', { ...listing, reason, excluded: true });
}

/** A link or tool that no file holds. */
export function linkItem(path: string, listing: Listing, url: string | undefined): Item<CanvasData> {
  const data = { type: 'link', path, listing, url } as const;
  return { id: printableName(path), identity: digestOf({ listing, url }), bytes: 0, data };
}

/** A module of the outline, by its place from 1. */
export function moduleItem(module: ModuleOutline, order: number): Item<CanvasData> {
  return { id: `/module ${order}`, identity: digestOf(module), bytes: 0, data: { type: 'module', module } };
}

/** The course itself, last: its record counts the others. */
export function courseItem(course: CourseRecord): Item<CanvasData> {
  return { id: '/course', identity: digestOf(course), bytes: 0, data: { type: 'course', course } };
}

function absentItem(path: string, identity: string, listing: Listing, failure?: Failure): Item<CanvasData> {
  const id = printableName(path);
  const data = { type: 'absent', path: id, listing } as const;
  return { id, identity: `${identity}-${digestOf({ listing })}`, bytes: 0, data, failure };
}

function digestOf(value: object): string {
  return createHash('sha256').update(JSON.stringify(value, withoutPlace)).digest('hex').slice(0, 12);
}

/** A replacer of `JSON.stringify`: of other members that an item is made of counts what is in them, not where they lie in the archive. */
function withoutPlace(_: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || !('headerOffset' in value)) return value;
  const { bytes, crc32 } = value as { bytes?: unknown; crc32?: unknown };
  return { bytes, crc32 };
}
