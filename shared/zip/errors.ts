type Scope = 'archive' | 'member';

/**
 * Every code with its scope: `archive` refuses all of it, `member` fails one member and the others go on.
 * The README lists them; a test holds the two together.
 */
export const ZIP_ERRORS = {
  END_RECORD_MISSING: { scope: 'archive', text: 'no end record: not a zip file, or cut off' },
  END_RECORD_SEVERAL: { scope: 'archive', text: 'several end records: readers would see different archives' },
  TRAILING_DATA: { scope: 'archive', text: 'bytes after the end record and its comment' },
  COMMENT_CUT_OFF: { scope: 'archive', text: 'the archive comment runs past the end of the file' },
  MULTI_DISK: { scope: 'archive', text: 'one part of a multi-disk archive' },
  ZIP64_LOCATOR_INVALID: { scope: 'archive', text: 'the zip64 locator is missing or points nowhere' },
  ZIP64_RECORD_INVALID: { scope: 'archive', text: 'the zip64 end record is not what it must be' },
  ZIP64_FIELD_MISSING: { scope: 'archive', text: 'a record announces a zip64 value and does not have it' },
  VALUE_OUT_OF_RANGE: { scope: 'archive', text: 'a 64-bit value is larger than any file' },
  DIRECTORY_OFFSET: {
    scope: 'archive',
    text: 'the central directory does not end where the end record begins',
  },
  DIRECTORY_COUNT: {
    scope: 'archive',
    text: 'the directory does not hold as many records as the end record says',
  },
  DIRECTORY_RECORD_INVALID: { scope: 'archive', text: 'not a central directory record' },
  DIRECTORY_CONTRADICTED: {
    scope: 'archive',
    text: 'a directory record was rewritten: its local header says otherwise',
  },
  DIRECTORY_TOO_LARGE: { scope: 'archive', text: 'the central directory is over the limit' },
  TOO_MANY_MEMBERS: { scope: 'archive', text: 'more members than the limit' },
  TOTAL_TOO_LARGE: { scope: 'archive', text: 'the members declare more bytes in all than the limit' },
  OVERLAP: { scope: 'archive', text: 'two members share bytes' },
  OVERLAP_DIRECTORY: { scope: 'archive', text: 'a member runs into the central directory' },
  NAME_COLLISION: { scope: 'archive', text: 'two spellings of one name' },

  NAME_EMPTY: { scope: 'member', text: 'the name is empty' },
  NAME_ENCODING: { scope: 'member', text: 'the name is not valid in its encoding' },
  NAME_CONTROL: { scope: 'member', text: 'the name holds a NUL or control character' },
  NAME_INVISIBLE: {
    scope: 'member',
    text: 'the name holds a character that is not seen, and can make it look like another name',
  },
  NAME_ABSOLUTE: { scope: 'member', text: 'the name is an absolute, drive or UNC path' },
  NAME_TRAVERSAL: { scope: 'member', text: 'the name climbs out by ".."' },
  NAME_TOO_LONG: { scope: 'member', text: 'the name is longer than a key may be' },
  NAME_DUPLICATE: { scope: 'member', text: 'an earlier member has the same name' },
  EXTRA_INVALID: { scope: 'member', text: 'an extra field runs past its end' },
  ENCRYPTED: { scope: 'member', text: 'the member is encrypted' },
  METHOD_UNSUPPORTED: { scope: 'member', text: 'the compression method is not read' },
  NOT_A_FILE: { scope: 'member', text: 'a link or device, not a file' },
  DIRECTORY_WITH_DATA: { scope: 'member', text: 'a directory that carries bytes' },
  RATIO: { scope: 'member', text: 'the compression ratio is over the limit' },
  STORED_SIZE: { scope: 'member', text: 'stored, but with two different sizes' },
  OUT_OF_BOUNDS: { scope: 'member', text: 'the member lies outside the file' },
  LOCAL_HEADER_INVALID: { scope: 'member', text: 'no local header where the directory says' },
  LOCAL_NAME: { scope: 'member', text: 'the local header has another name' },
  LOCAL_METHOD: { scope: 'member', text: 'the local header has another method' },
  LOCAL_FLAGS: { scope: 'member', text: 'the local header says encrypted, the directory does not' },
  LOCAL_SIZE: { scope: 'member', text: 'the local header has another size' },
  LOCAL_CRC: { scope: 'member', text: 'the local header has another CRC-32' },
  DEFLATE_INVALID: { scope: 'member', text: 'the deflate stream is broken or cut off' },
  DEFLATE_TRAILING: { scope: 'member', text: 'bytes after the end of the deflate stream' },
  SIZE_MISMATCH: { scope: 'member', text: 'the real size is not the declared size' },
  CRC_MISMATCH: { scope: 'member', text: 'the CRC-32 of the real bytes is not the declared one' },
  MEMBER_TOO_LARGE: { scope: 'member', text: 'the member is larger than the caller holds in memory' },
} as const satisfies Record<string, { scope: Scope; text: string }>;

export type ZipErrorCode = keyof typeof ZIP_ERRORS;

export interface ZipErrorWhere {
  /** The member's name, made printable. */
  readonly member?: string;
  /** The byte offset in the archive at which the rule is broken. */
  readonly offset?: number;
  readonly expected?: string | number;
  readonly found?: string | number;
  readonly cause?: unknown;
}

/** A rule of the format or of safety is broken. Failures of the source itself are passed on as they are, never as a ZipError. */
export class ZipError extends Error {
  readonly code: ZipErrorCode;
  readonly scope: Scope;
  readonly member?: string;
  readonly offset?: number;
  readonly expected?: string | number;
  readonly found?: string | number;

  constructor(code: ZipErrorCode, where: ZipErrorWhere = {}) {
    super(toMessage(code, where), where.cause === undefined ? undefined : { cause: where.cause });
    this.name = 'ZipError';
    this.code = code;
    this.scope = ZIP_ERRORS[code].scope;
    this.member = where.member;
    this.offset = where.offset;
    this.expected = where.expected;
    this.found = where.found;
  }
}

function toMessage(code: ZipErrorCode, { member, offset, expected, found }: ZipErrorWhere): string {
  const parts = [
    member === undefined ? '' : `member "${member}"`,
    offset === undefined ? '' : `offset ${offset}`,
    expected === undefined ? '' : `expected ${expected}`,
    found === undefined ? '' : `found ${found}`,
  ].filter((part) => part !== '');
  const { text } = ZIP_ERRORS[code];
  return parts.length === 0 ? text : `${text} (${parts.join(', ')})`;
}
