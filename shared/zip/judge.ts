import type { DirectoryRecord } from './directory.ts';
import { ZipError } from './errors.ts';
import { isExtraBroken } from './extra-field.ts';
import type { ZipLimits } from './limits.ts';
import { type NameDecoder, readName, showName } from './name.ts';
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
  let shown = showName(record.rawName.toString('latin1'));
  let path: string | undefined;
  try {
    const { name, plainName } = readName(record, rules.decode, record.offset);
    shown = showName(name);
    if (isLeftOut(record, name)) return { entry: 'left-out' };
    checkName(name, record.offset, rules.limits.maxNameBytes);
    path = toPath(name);
    if (plainName !== name) checkName(plainName, record.offset, rules.limits.maxNameBytes);
    const member = toMember(record, path, rules);
    const plain = plainName === name ? {} : { plainName: toPath(plainName) };
    return { path, entry: { type: 'member', member: { ...member, ...plain } } };
  } catch (error) {
    if (!(error instanceof ZipError) || error.scope !== 'member') throw error;
    return { path, entry: { type: 'rejected', name: shown, error } };
  }
}

function isLeftOut(record: DirectoryRecord, name: string): boolean {
  if (isJunk(toPath(name))) return true;
  const mode = (record.externalAttributes >>> 16) & MODE_TYPE;
  const isMarked =
    mode === MODE_DIRECTORY || (mode === 0 && (record.externalAttributes & DOS_DIRECTORY) !== 0);
  if (!isDirectoryName(name) && !isMarked) return false;
  if (record.bytes === 0) return true;
  throw new ZipError('DIRECTORY_WITH_DATA', {
    member: showName(name),
    offset: record.offset,
    expected: '0 bytes',
    found: record.bytes,
  });
}

function toMember(record: DirectoryRecord, name: string, rules: Rules): ZipMember {
  const { flags, compressedBytes, bytes, crc32, headerOffset, offset } = record;
  const where = { member: showName(name), offset };
  checkFeatures(record, where);
  const end = headerOffset + LOCAL_HEADER_BYTES + compressedBytes;
  if (end > rules.sourceBytes)
    throw new ZipError('OUT_OF_BOUNDS', {
      ...where,
      expected: `an end within ${rules.sourceBytes}`,
      found: end,
    });
  const method = toMethod(record.method, where);
  if (method === METHOD_STORED && bytes !== compressedBytes)
    throw new ZipError('STORED_SIZE', { ...where, expected: compressedBytes, found: bytes });
  if (isOverRatio(bytes, compressedBytes, rules.limits))
    throw new ZipError('RATIO', {
      ...where,
      expected: `at most ${rules.limits.maxRatio} to 1`,
      found: `${bytes} from ${compressedBytes} bytes`,
    });
  return { name, method, flags, compressedBytes, bytes, crc32, headerOffset };
}

/** A small member may have any ratio; a large one no more than text or tables reach. */
export function isOverRatio(
  bytes: number,
  compressedBytes: number,
  { maxRatio, ratioFloorBytes }: ZipLimits,
): boolean {
  return bytes > ratioFloorBytes && bytes > maxRatio * compressedBytes;
}

interface Where {
  readonly member: string;
  readonly offset: number;
}

function checkFeatures({ flags, extra, externalAttributes }: DirectoryRecord, where: Where): void {
  if (isExtraBroken(extra)) throw new ZipError('EXTRA_INVALID', where);
  if (flags & ENCRYPTION_FLAGS)
    throw new ZipError('ENCRYPTED', { ...where, found: `flags 0x${flags.toString(16)}` });
  const mode = (externalAttributes >>> 16) & MODE_TYPE;
  if (mode !== 0 && mode !== MODE_FILE)
    throw new ZipError('NOT_A_FILE', {
      ...where,
      expected: 'a regular file',
      found: `mode 0o${mode.toString(8)}`,
    });
}

function toMethod(method: number, where: Where): 0 | 8 {
  if (method === METHOD_STORED || method === METHOD_DEFLATE) return method;
  const label = METHOD_NAMES[method];
  throw new ZipError('METHOD_UNSUPPORTED', {
    ...where,
    expected: '0 (stored) or 8 (deflate)',
    found: label === undefined ? method : `${method} (${label})`,
  });
}
