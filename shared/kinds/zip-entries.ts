/** What kinds whose source is an archive report of its entries. The zip library itself knows none of it. */
import { crc32 } from 'node:zlib';
import * as z from 'zod';
import { type ErrorCode, newFailure, SmallbatchError } from '../errors.ts';
import type { Failure } from '../kind.ts';
import type { ZipMember } from '../zip/archive.ts';
import { ZipError, type ZipErrorCode } from '../zip/errors.ts';

/** A member in an item's data. */
export const zipMemberSchema: z.ZodType<ZipMember> = z.object({
  name: z.string(),
  method: z.union([z.literal(0), z.literal(8)]),
  flags: z.int().nonnegative(),
  compressedBytes: z.int().nonnegative(),
  bytes: z.int().nonnegative(),
  crc32: z.int().nonnegative(),
  headerOffset: z.int().nonnegative(),
  plainName: z.string().optional(),
});

/** Not broken, only not read here. */
const UNSUPPORTED: ReadonlySet<ZipErrorCode> = new Set(['ENCRYPTED', 'METHOD_UNSUPPORTED', 'NOT_A_FILE']);

/** The failure of an entry that the directory has and no one can read. */
export function memberFailure(error: ZipError): Failure {
  return newFailure(codeOf(error), `${error.code}: ${error.message}`);
}

/** What a run reports in place of an error of the zip library; any other error is passed on as it is. */
export function asReported(error: unknown): unknown {
  if (!(error instanceof ZipError)) return error;
  return new SmallbatchError(codeOf(error), `${error.code}: ${error.message}`, { cause: error });
}

function codeOf(error: ZipError): ErrorCode {
  if (error.scope === 'archive') return 'ZIP_INVALID';
  return UNSUPPORTED.has(error.code) ? 'ZIP_MEMBER_UNSUPPORTED' : 'ZIP_MEMBER_INVALID';
}

/** The id of a rejected entry; two may have one name (that is why the second is rejected), so their order is part of it. */
export function rejectedId(name: string, order: number): string {
  return `/rejected ${order}: ${printableName(name)}`;
}

/** Characters of a name in an id: 3 bytes each at most, and room for prefix and checksum. */
const NAME_CHARS = 300;

/** Names in a hostile archive may hold anything and be of any length; an id has at most 1,024 bytes and tells names apart. */
export function printableName(name: string): string {
  const clean = name.replace(/[\p{Cc}\p{Cs}]/gu, '\uFFFD');
  if (clean === name && name.length <= NAME_CHARS) return name;
  return `${clean.slice(0, NAME_CHARS)}~${crc32(name).toString(16)}`;
}
