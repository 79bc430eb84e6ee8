import { crc32 } from 'node:zlib';
import { type RangeSource, readRange } from '../../range-source.ts';
import { ZipError, type ZipErrorWhere } from '../errors.ts';
import { METHOD_STORED, type ZipMember } from '../judge.ts';
import { withDefaults, type ZipLimits } from '../limits.ts';
import { hex } from '../local-header.ts';
import { locateData } from '../member.ts';
import { showName } from '../name.ts';
import { type Checkpoint, START, toCheckpoint } from './checkpoint.ts';
import { DeflateError, Inflater } from './inflater.ts';

/** What is asked of the source at once while a member is indexed: small, since it is held beside the window. */
const INPUT_BYTES = 1024 * 1024;
/** A chunk of a stored member: how close two of its checkpoints can be. */
const STORED_CHUNK_BYTES = 64 * 1024;

/** Some of a member's bytes, of at most 96 KiB, valid until the next one is asked for. */
export interface IndexedChunk {
  readonly bytes: Uint8Array;
  /** The offset of the first one in the member. */
  readonly from: number;
  /** How many bytes of the member's data were needed so far. */
  readonly dataEnd: number;
  /** The place after the chunk. */
  checkpoint(): Checkpoint;
}

export interface IndexedMember {
  /** Offset of the member's data in the archive. */
  readonly dataStart: number;
  /** The place before the first chunk. */
  readonly start: Checkpoint;
  /**
   * The member's bytes in one pass that never holds them. Throws ZipError (member) where data, size or CRC-32 are not what the
   * directory said; the chunks before stand, as far as what they are for does not need the checksum.
   */
  chunks(): AsyncGenerator<IndexedChunk>;
}

/** Opens a member, deflated or stored, to be read once and entered anywhere later. Throws as `readMember` does. */
export async function indexMember(
  source: RangeSource,
  member: ZipMember,
  limits?: Partial<ZipLimits>,
): Promise<IndexedMember> {
  const all = { ...withDefaults(limits), chunkBytes: Math.min(withDefaults(limits).chunkBytes, INPUT_BYTES) };
  const { start: dataStart } = await locateData(source, member, { ...all, chunkBytes: 1 });
  const isStored = member.method === METHOD_STORED;
  return {
    dataStart,
    start: isStored ? { ...START, place: { type: 'plain' } } : START,
    chunks: () => {
      const input = dataOf(source, dataStart, member.compressedBytes, all.chunkBytes);
      return checked(isStored ? storedChunks(input) : deflatedChunks(input, member), member);
    },
  };
}

async function* dataOf(
  source: RangeSource,
  start: number,
  bytes: number,
  chunkBytes: number,
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes; at += chunkBytes)
    yield await readRange(source, start + at, start + Math.min(at + chunkBytes, bytes));
}

async function* storedChunks(input: AsyncIterable<Uint8Array>): AsyncGenerator<IndexedChunk> {
  let from = 0;
  for await (const data of input)
    for (let at = 0; at < data.length; at += STORED_CHUNK_BYTES) {
      const bytes = data.subarray(at, at + STORED_CHUNK_BYTES);
      const out = from + bytes.length;
      yield {
        bytes,
        from,
        dataEnd: out,
        checkpoint: () => ({ out, bit: out * 8, place: { type: 'plain' }, window: '' }),
      };
      from = out;
    }
}

async function* deflatedChunks(
  input: AsyncIterator<Uint8Array>,
  member: ZipMember,
): AsyncGenerator<IndexedChunk> {
  const inflater = new Inflater();
  let given = 0;
  let state: Progress;
  do {
    state = runOrFail(inflater);
    if (state === 'input') {
      const { value } = await input.next();
      const data: Uint8Array = value ?? new Uint8Array(0);
      given += data.length;
      inflater.push(data, given >= member.compressedBytes);
      continue;
    }
    const bytes = inflater.take();
    const from = inflater.outputBytes - bytes.length;
    const dataEnd = Math.ceil(inflater.bit / 8);
    if (bytes.length > 0) yield { bytes, from, dataEnd, checkpoint: () => toCheckpoint(inflater) };
  } while (state === 'output' || state === 'input');
  checkEnd(state, Math.ceil(inflater.bit / 8), member);
}

type Progress = 'output' | 'input' | 'end' | DeflateError;

function checkEnd(state: Progress, dataEnd: number, member: ZipMember): void {
  const where = whereOf(member);
  if (state instanceof DeflateError)
    throw new ZipError('DEFLATE_INVALID', { ...where, found: state.message, cause: state });
  if (dataEnd === member.compressedBytes) return;
  const expected = `${member.compressedBytes} bytes`;
  throw new ZipError('DEFLATE_TRAILING', { ...where, expected, found: dataEnd });
}

/** A broken stream still hands out what it held before the break. */
function runOrFail(inflater: Inflater): Progress {
  try {
    return inflater.run();
  } catch (error) {
    if (error instanceof DeflateError) return error;
    throw error;
  }
}

/** Passes the chunks on while their sizes fit, and checks size and CRC-32 at the end. */
async function* checked(
  chunks: AsyncIterable<IndexedChunk>,
  member: ZipMember,
): AsyncGenerator<IndexedChunk> {
  const where = whereOf(member);
  let bytes = 0;
  let crc = 0;
  for await (const chunk of chunks) {
    bytes += chunk.bytes.length;
    if (bytes > member.bytes)
      throw new ZipError('SIZE_MISMATCH', { ...where, expected: member.bytes, found: `at least ${bytes}` });
    crc = crc32(chunk.bytes, crc);
    yield chunk;
  }
  if (bytes !== member.bytes)
    throw new ZipError('SIZE_MISMATCH', { ...where, expected: member.bytes, found: bytes });
  if (crc !== member.crc32)
    throw new ZipError('CRC_MISMATCH', { ...where, expected: hex(member.crc32), found: hex(crc) });
}

const whereOf = (member: ZipMember): ZipErrorWhere => ({
  member: showName(member.name),
  offset: member.headerOffset,
});
