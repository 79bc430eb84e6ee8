import { constants, crc32, createDeflateRaw, deflateRawSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openZip, type ZipMember } from '../../../shared/zip/archive.ts';
import { indexMember } from '../../../shared/zip/checkpoints/index-member.ts';
import { DeflateError, Inflater } from '../../../shared/zip/checkpoints/inflater.ts';
import { type MemberSlice, readSlice } from '../../../shared/zip/checkpoints/read-slice.ts';
import { strictSource } from '../../support/s3/strict-source.ts';
import { buildZip } from '../../support/zip/builder.ts';

/** The member comes in many ranges, as a large one does. */
const LIMITS = { maxRatio: 1_100, chunkBytes: 1_500 };

/** Rows that repeat near and far, as tables do. */
function rows(bytes: number, seed = 1): Buffer {
  let state = seed;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
  const lines: string[] = [];
  for (let length = 0; length < bytes; ) {
    const line = `${4_300_000 + next(900)}-WKD,${next(30)}:${next(60)}:00,${next(12_000)},é"${next(5)}\r\n`;
    lines.push(line);
    length += line.length;
  }
  return Buffer.from(lines.join('')).subarray(0, bytes);
}

interface Piece {
  readonly bytes: number;
  readonly flush: 'none' | 'partial' | 'sync' | 'full' | 'block';
  readonly level: number;
  readonly strategy: number;
}
const FLUSHES = {
  none: constants.Z_NO_FLUSH,
  partial: constants.Z_PARTIAL_FLUSH,
  sync: constants.Z_SYNC_FLUSH,
  full: constants.Z_FULL_FLUSH,
  block: constants.Z_BLOCK,
} as const;

/** Deflates piece by piece, changing level and strategy and flushing between: blocks of all types at any bit. */
async function deflatePieces(data: Buffer, pieces: readonly Piece[], memLevel: number): Promise<Buffer> {
  const deflate = createDeflateRaw({ memLevel, level: pieces[0]?.level ?? 6 });
  const chunks: Buffer[] = [];
  deflate.on('data', (chunk: Buffer) => chunks.push(chunk));
  let at = 0;
  for (const { bytes, flush, level, strategy } of pieces) {
    await new Promise<void>((done) => deflate.params(level, strategy, () => done()));
    await new Promise<void>((done) => deflate.write(data.subarray(at, at + bytes), () => done()));
    at += bytes;
    if (flush !== 'none') await new Promise<void>((done) => deflate.flush(FLUSHES[flush], done));
  }
  const ended = new Promise((done) => deflate.on('end', done));
  deflate.end(data.subarray(at));
  await ended;
  return Buffer.concat(chunks);
}

/** All of it as literals of one block with fixed codes (RFC 1951, 3.2.6), as minimal encoders write. */
function oneFixedBlock(data: Buffer): Buffer {
  const stream = Buffer.alloc(Math.ceil((data.length * 9 + 10) / 8));
  let at = 0;
  const write = (word: number, bits: number): void => {
    for (let bit = bits - 1; bit >= 0; bit--, at++)
      if ((word >>> bit) & 1) stream[at >> 3] = (stream[at >> 3] ?? 0) | (1 << (at & 7));
  };
  write(0b110, 3);
  for (const byte of data) write(byte < 144 ? 0x30 + byte : 0x190 + byte - 144, byte < 144 ? 8 : 9);
  write(0, 7);
  return stream.subarray(0, Math.ceil(at / 8));
}

async function archived(data: Uint8Array, stored?: Buffer, method: 0 | 8 = 8) {
  const source = strictSource(
    buildZip({ members: [{ name: 'a.txt', data: Buffer.from(data), method, stored }] }),
  );
  const entries = await Array.fromAsync((await openZip(source, LIMITS)).entries());
  const [entry] = entries;
  if (entry?.type !== 'member') throw new Error(`expected a member, found ${JSON.stringify(entry)}`);
  return { source, member: entry.member };
}

/** Cuts a member at about every `step` bytes; the slices in order. */
async function slicesOf(
  source: ReturnType<typeof strictSource>,
  member: ZipMember,
  step: number,
): Promise<MemberSlice[]> {
  const { dataStart, start, chunks } = await indexMember(source, member, LIMITS);
  const slices: MemberSlice[] = [];
  let open = { checkpoint: start, from: 0 };
  for await (const chunk of chunks()) {
    const to = chunk.from + chunk.bytes.length;
    if (to - open.from < step && to < member.bytes) continue;
    slices.push({ dataStart, ...open, to, dataEnd: chunk.dataEnd });
    open = { checkpoint: chunk.checkpoint(), from: to };
  }
  return slices;
}

async function expectWhole(
  data: Buffer,
  stored?: Buffer,
  method: 0 | 8 = 8,
  step = 1,
): Promise<MemberSlice[]> {
  const { source, member } = await archived(data, stored, method);
  const slices = await slicesOf(source, member, step);
  const parts: Uint8Array[] = [];
  // each from JSON, in an order of its own: a slice knows nothing of the others
  for (const slice of slices.toReversed()) {
    const read = await Array.fromAsync(readSlice(source, JSON.parse(JSON.stringify(slice))));
    parts.unshift(...read);
  }
  expect(crc32(Buffer.concat(parts))).toBe(crc32(data));
  expect(parts.reduce((sum, part) => sum + part.length, 0)).toBe(data.length);
  return slices;
}

describe('slices of a member add up to it', () => {
  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])('deflated at level %i', async (level) => {
    const data = rows(700_000);

    const slices = await expectWhole(data, deflateRawSync(data, { level }));

    expect(slices.length).toBeGreaterThan(7);
  });

  it('of blocks of random types, lengths and bit offsets', async () => {
    const piece = fc.record({
      bytes: fc.integer({ min: 0, max: 90_000 }),
      flush: fc.constantFrom<Piece['flush']>('none', 'partial', 'sync', 'full', 'block'),
      level: fc.integer({ min: 0, max: 9 }),
      strategy: fc.constantFrom(
        0,
        constants.Z_FILTERED,
        constants.Z_HUFFMAN_ONLY,
        constants.Z_RLE,
        constants.Z_FIXED,
      ),
    });
    const offsets = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 12 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer(),
        async (pieces, memLevel, seed) => {
          const data = rows(300_000, seed);
          const slices = await expectWhole(data, await deflatePieces(data, pieces, memLevel));
          for (const { checkpoint } of slices) offsets.add(`${checkpoint.place.type} ${checkpoint.bit % 8}`);
        },
      ),
      { numRuns: 60 },
    );
    for (let bit = 0; bit < 8; bit++) expect(offsets).toContain(`symbols ${bit}`);
    expect(offsets).toContain('stored 0');
  });

  it('of one block that is as long as the member', async () => {
    const data = rows(2_000_000);

    const slices = await expectWhole(data, oneFixedBlock(data), 8, 200_000);

    expect(slices.length).toBeGreaterThan(7);
    expect(slices.slice(1).map(({ checkpoint }) => checkpoint.place.type)).not.toContain('header');
  });

  it('of a stored member', async () => {
    await expectWhole(rows(500_000), undefined, 0);
  });

  it('of an empty member there are none', async () => {
    expect(await expectWhole(Buffer.alloc(0))).toEqual([]);
  });

  it('and a slice reads little more than its part of the data', async () => {
    const data = rows(3_000_000);
    const { source, member } = await archived(data);
    const slices = await slicesOf(source, member, 500_000);
    const before = source.bytesRead;

    for (const slice of slices) for await (const _chunk of readSlice(source, slice));

    expect(source.bytesRead - before).toBeLessThan(member.compressedBytes + slices.length * 2);
  });
});

/** What the decoder makes of a stream, given in pieces: its output, or that it is broken. */
function decode(stream: Buffer, pieceBytes: number): Buffer | 'broken' {
  const inflater = new Inflater();
  const parts: Buffer[] = [];
  let given = 0;
  try {
    for (;;) {
      const state = inflater.run();
      parts.push(Buffer.from(inflater.take()));
      if (state === 'end') return Buffer.concat(parts);
      if (state === 'output') continue;
      const piece = stream.subarray(given, given + pieceBytes);
      given += piece.length;
      inflater.push(piece, given >= stream.length);
    }
  } catch (error) {
    if (error instanceof DeflateError) return 'broken';
    throw error;
  }
}

function decodeByZlib(stream: Buffer): Buffer | 'broken' {
  try {
    return inflateRawSync(stream, { maxOutputLength: 64 * 1024 * 1024 });
  } catch (error) {
    if (error instanceof Error && 'code' in error && /^Z_/.test(String(error.code))) return 'broken';
    throw error;
  }
}

describe('the decoder', () => {
  it('says what zlib says of streams with wrong bits', () => {
    const seeds = [0, 1, 6, 9].map((level) => deflateRawSync(rows(9_000, level), { level }));
    seeds.push(deflateRawSync(rows(9_000), { strategy: constants.Z_FIXED }));
    fc.assert(
      fc.property(
        fc.constantFrom(...seeds),
        fc.array(
          fc.tuple(
            fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
            fc.integer({ min: 0, max: 7 }),
          ),
          {
            maxLength: 4,
          },
        ),
        fc.integer({ min: 1, max: 4_000 }),
        (seed, flips, pieceBytes) => {
          const stream = Buffer.from(seed);
          for (const [place, bit] of flips) {
            const at = Math.floor(place * place * stream.length);
            stream[at] = (stream[at] ?? 0) ^ (1 << bit);
          }
          expect(decode(stream, pieceBytes)).toEqual(decodeByZlib(stream));
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('says what zlib says of random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (bytes) => {
        const stream = Buffer.from(bytes);
        expect(decode(stream, 1_000)).toEqual(decodeByZlib(stream));
      }),
      { numRuns: 5_000 },
    );
  });

  it('finds every cut', () => {
    const stream = deflateRawSync(rows(3_000));
    for (let end = 0; end < stream.length; end++) expect(decode(stream.subarray(0, end), 700)).toBe('broken');
  });

  it('hands out what lies before a broken place', async () => {
    const data = rows(400_000);
    const stored = deflateRawSync(data);
    stored[stored.length - 2_000] = (stored[stored.length - 2_000] ?? 0) ^ 0x55;
    const { source, member } = await archived(data, stored);
    const { chunks } = await indexMember(source, member, LIMITS);
    let bytes = 0;

    const reading = (async () => {
      for await (const chunk of chunks()) bytes += chunk.bytes.length;
    })();

    await expect(reading).rejects.toMatchObject({ scope: 'member' });
    expect(bytes).toBeGreaterThan(350_000);
  });

  it('holds no more of a bomb than of a table, and ends it where its size is passed', async () => {
    const bomb = deflateRawSync(Buffer.alloc(256 * 1024 * 1024));
    const { source, member } = await archived(Buffer.alloc(1_000), bomb);
    const before = process.memoryUsage.rss();
    const { chunks } = await indexMember(source, member, LIMITS);
    let seen = 0;

    const reading = (async () => {
      for await (const chunk of chunks()) seen += chunk.bytes.length;
    })();

    await expect(reading).rejects.toMatchObject({ code: 'SIZE_MISMATCH' });
    expect(seen).toBe(0);
    expect(process.memoryUsage.rss() - before).toBeLessThan(40 * 1024 * 1024);
  });

  it('takes tens of thousands of blocks of dynamic codes in seconds', () => {
    const one = deflateRawSync(Buffer.from('acbd'.repeat(3)), { finishFlush: constants.Z_SYNC_FLUSH });
    const block = deflateRawSync(rows(90), { finishFlush: constants.Z_SYNC_FLUSH });
    const stream = Buffer.concat([...Array<Buffer>(40_000).fill(block), one, Buffer.from([3, 0])]);
    const started = performance.now();

    const decoded = decode(stream, 1024 * 1024);

    expect(decoded.length).toBe(40_000 * 90 + 12);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
