import type { DirectoryRecord } from './directory.ts';
import { ZipError, type ZipErrorCode, type ZipErrorWhere } from './errors.ts';
import { isExtraBroken } from './extra-field.ts';
import type { ZipLimits } from './limits.ts';
import { type NameDecoder, readName, showName, showRawName } from './name.ts';
import { checkName, isDirectoryName, isJunk, toPath } from './path.ts';

/** Everything needed to read one member later, in another process and without the directory. Plain JSON. */
export interface ZipMember {
  /** The normalised path: `/` between segments, no `.` or empty segment. */
  readonly name: string;
  readonly method: 0 | 8;
  readonly flags: number;
  readonly compressedBytes: number;
  readonly bytes: number;
  readonly crc32: number;
  readonly headerOffset: number;
  /** The plain field's name, only where a Unicode extra field gave `name`; the local header may have this one alone. */
  readonly plainName?: string;
}

export type ZipEntry =
  | { readonly type: 'member'; readonly member: ZipMember }
  | { readonly type: 'rejected'; readonly name: string; readonly error: ZipError };

/** An entry, or `left-out` for directories and what systems add. `path` is there if the name is a safe one. */
export type Judgement = { readonly path?: string; readonly entry: ZipEntry | 'left-out' };

const FLAG_ENCRYPTED = 0x1; // APPNOTE 4.4.4
const FLAG_STRONG_ENCRYPTION = 0x40;
const FLAG_MASKED_HEADERS = 0x2000;
export const ENCRYPTION_FLAGS = FLAG_ENCRYPTED | FLAG_STRONG_ENCRYPTION | FLAG_MASKED_HEADERS;

const LOCAL_HEADER_BYTES = 30; // APPNOTE 4.3.7; name and extra data are not known to be there

export const METHOD_STORED = 0;
export const METHOD_DEFLATE = 8;
const METHOD_NAMES: Readonly<Record<number, string>> = {
  1: 'shrink',
  6: 'implode',
  9: 'deflate64',
  12: 'bzip2',
  14: 'lzma',
  20: 'zstd (old number)',
  93: 'zstd',
  95: 'xz',
  97: 'wavpack',
  98: 'ppmd',
  99: 'aes',
};

// The upper half of the external attributes is the Unix mode, whatever system the archive says it comes from.
const MODE_TYPE = 0xf000;
const MODE_FILE = 0x8000;
const MODE_DIRECTORY = 0x4000;
const DOS_DIRECTORY = 0x10;

export interface Rules {
  readonly limits: ZipLimits;
  readonly decode: NameDecoder;
  readonly sourceBytes: number;
}

/** What one directory record is, by itself. What needs all records (overlaps, equal names) is judged elsewhere. */
export function judge(record: DirectoryRecord, rules: Rules): Judgement {
  let path: string | undefined;
  let written: string | undefined;
  try {
    const { name, plainName } = readName(record, rules.decode, record.offset);
    written = name;
    const normalised = toPath(name);
    if (isJunk(normalised) || isDirectory({ record, name })) return { entry: 'left-out' };
    checkName(name, record.offset, rules.limits.maxNameBytes);
    path = normalised;
    if (plainName !== name) checkName(plainName, record.offset, rules.limits.maxNameBytes);
    const member = toMember({ record, name }, path, rules);
    if (plainName === name) return { path, entry: { type: 'member', member } };
    return { path, entry: { type: 'member', member: { ...member, plainName: toPath(plainName) } } };
  } catch (error) {
    if (!(error instanceof ZipError) || error.scope !== 'member') throw error;
    const name = written === undefined ? showRawName(record.rawName) : showName(written);
    return { path, entry: { type: 'rejected', name, error } };
  }
}

function isDirectory(subject: Subject): boolean {
  const { record, name } = subject;
  const mode = (record.externalAttributes >>> 16) & MODE_TYPE;
  const isMarked =
    mode === MODE_DIRECTORY || (mode === 0 && (record.externalAttributes & DOS_DIRECTORY) !== 0);
  if (!isDirectoryName(name) && !isMarked) return false;
  if (record.bytes !== 0)
    throw refusal('DIRECTORY_WITH_DATA', subject, { expected: '0 bytes', found: record.bytes });
  return true;
}

function toMember(subject: Subject, path: string, rules: Rules): ZipMember {
  const { flags, compressedBytes, bytes, crc32, headerOffset } = subject.record;
  checkFeatures(subject);
  const end = headerOffset + LOCAL_HEADER_BYTES + compressedBytes;
  if (end > rules.sourceBytes)
    throw refusal('OUT_OF_BOUNDS', subject, { expected: `an end within ${rules.sourceBytes}`, found: end });
  const method = toMethod(subject);
  if (method === METHOD_STORED && bytes !== compressedBytes)
    throw refusal('STORED_SIZE', subject, { expected: compressedBytes, found: bytes });
  if (isOverRatio(bytes, compressedBytes, rules.limits))
    throw refusal('RATIO', subject, {
      expected: `at most ${rules.limits.maxRatio} to 1`,
      found: `${bytes} from ${compressedBytes} bytes`,
    });
  return { name: path, method, flags, compressedBytes, bytes, crc32, headerOffset };
}

/** A small member may have any ratio; a large one no more than text or tables reach. */
export function isOverRatio(
  bytes: number,
  compressedBytes: number,
  { maxRatio, ratioFloorBytes }: ZipLimits,
): boolean {
  return bytes > ratioFloorBytes && bytes > maxRatio * compressedBytes;
}

function checkFeatures(subject: Subject): void {
  const { flags, extra, externalAttributes } = subject.record;
  if (isExtraBroken(extra))
    throw refusal('EXTRA_INVALID', subject, { found: `0x${extra.toString('hex', 0, 20)}` });
  if (flags & ENCRYPTION_FLAGS)
    throw refusal('ENCRYPTED', subject, { found: `flags 0x${flags.toString(16)}` });
  const mode = (externalAttributes >>> 16) & MODE_TYPE;
  if (mode !== 0 && mode !== MODE_FILE)
    throw refusal('NOT_A_FILE', subject, { expected: 'a regular file', found: `mode 0o${mode.toString(8)}` });
}

function toMethod(subject: Subject): 0 | 8 {
  const { method } = subject.record;
  if (method === METHOD_STORED || method === METHOD_DEFLATE) return method;
  const label = METHOD_NAMES[method];
  throw refusal('METHOD_UNSUPPORTED', subject, {
    expected: '0 (stored) or 8 (deflate)',
    found: label === undefined ? method : `${method} (${label})`,
  });
}

/** A record with its name as decoded, for the message. */
interface Subject {
  readonly record: DirectoryRecord;
  readonly name: string;
}

function refusal(code: ZipErrorCode, { record, name }: Subject, details: ZipErrorWhere): ZipError {
  return new ZipError(code, { member: showName(name), offset: record.offset, ...details });
}
