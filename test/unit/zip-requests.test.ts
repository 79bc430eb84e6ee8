import { describe, expect, it } from 'vitest';
import { openZip, type ZipMember } from '../../shared/zip/archive.ts';
import type { ZipLimits } from '../../shared/zip/limits.ts';
import { readMember } from '../../shared/zip/member.ts';
import type { RangeSource } from '../../shared/zip/range-source.ts';
import { bufferSource, readRange } from '../../shared/zip/range-source.ts';
import { type StrictSource, strictSource } from '../support/strict-source.ts';
import { buildZip } from '../support/zip-builder.ts';
import { extraField } from '../support/zip-records.ts';

const TAIL_BYTES = 22 + 65_535 + 20 + 56;
const KIB = 1024;

const filler = (bytes: number, name = 'filler') => ({ name, data: Buffer.alloc(bytes, 'f') });

async function members(source: RangeSource, limits?: Partial<ZipLimits>): Promise<ZipMember[]> {
  const archive = await openZip(source, limits);
  const found: ZipMember[] = [];
  for await (const entry of archive.entries()) if (entry.type === 'member') found.push(entry.member);
  return found;
}

async function rangesOf(source: StrictSource, work: () => Promise<unknown>) {
  const before = source.ranges.length;
  await work();
  return source.ranges.slice(before);
}

async function readAll(source: RangeSource, member: ZipMember, limits?: Partial<ZipLimits>): Promise<void> {
  const chunks = readMember(source, member, limits);
  while (!(await chunks.next()).done);
}

describe('opening and listing', () => {
  it.each([
    ['a small archive', 10 * KIB],
    ['an archive of 3 MiB', 3 * KIB * KIB],
  ])('takes one range for %s', async (_title, bytes) => {
    const source = strictSource(buildZip({ members: [filler(bytes)] }));

    await members(source);

    expect(source.ranges).toEqual([[Math.max(0, source.size - TAIL_BYTES), source.size]]);
  });

  it('reads of a long directory only what did not come with the tail, and only once', async () => {
    const many = Array.from({ length: 3_000 }, (_, index) => filler(0, `folder/member-${index}.txt`));
    const source = strictSource(buildZip({ members: many }));

    const listed = await members(source);

    const start = source.size - 22 - many.reduce((sum, { name }) => sum + 46 + name.length, 0);
    expect(listed).toHaveLength(3_000);
    expect(source.ranges).toEqual([
      [source.size - TAIL_BYTES, source.size],
      [start, source.size - TAIL_BYTES],
    ]);
  });

  it('reads a directory larger than its cache in blocks, again for each pass, and finds the same', async () => {
    const many = Array.from({ length: 3_000 }, (_, index) => filler(0, `folder/member-${index}.txt`));
    const source = strictSource(buildZip({ members: many }));

    const listed = await members(source, { chunkBytes: 10 * KIB, directoryCacheBytes: 25 * KIB });

    expect(listed.map(({ name }) => name)).toEqual(many.map(({ name }) => name));
    expect(Math.max(...source.ranges.slice(1).map(([start, end]) => end - start))).toBe(10 * KIB);
    expect(source.bytesRead).toBeGreaterThan(TAIL_BYTES + 200 * KIB);
  });

  it('keeps two listings at once apart', async () => {
    const many = Array.from({ length: 3_000 }, (_, index) => filler(0, `folder/member-${index}.txt`));
    const archive = await openZip(strictSource(buildZip({ members: many })), { chunkBytes: 10 * KIB });

    const [first, second] = await Promise.all([
      Array.fromAsync(archive.entries()),
      Array.fromAsync(archive.entries()),
    ]);

    expect(first).toHaveLength(3_000);
    expect(second).toEqual(first);
  });

  it('never reads a member', async () => {
    const source = strictSource(buildZip({ members: [filler(200 * KIB)] }));

    await members(source);

    expect(source.ranges.every(([start]) => start >= source.size - TAIL_BYTES)).toBe(true);
  });
});

describe('reading a member', () => {
  it('takes one range, of a little more than the member', async () => {
    const source = strictSource(
      buildZip({ members: [filler(5 * KIB, 'a'), filler(5 * KIB, 'b'), filler(5 * KIB, 'c')] }),
    );
    const [, second] = await members(source);

    const ranges = await rangesOf(source, async () => second && readAll(source, second));

    const start = 31 + 5 * KIB;
    expect(ranges).toEqual([[start, start + 31 + 32 + 5 * KIB]]);
  });

  it('takes one range for usual extra data (times and ids of Info-ZIP)', async () => {
    const extra = Buffer.concat([extraField(0x5455, Buffer.alloc(9)), extraField(0x7875, Buffer.alloc(11))]);
    const source = strictSource(buildZip({ members: [{ ...filler(900), extra }, filler(100, 'b')] }));
    const [first] = await members(source);

    const ranges = await rangesOf(source, async () => first && readAll(source, first));

    expect(ranges).toHaveLength(1);
  });

  it('takes a second range for long extra data', async () => {
    const extra = extraField(0x1234, Buffer.alloc(60_000));
    const source = strictSource(
      buildZip({ members: [{ ...filler(900), local: { extra } }, filler(100, 'b')] }),
    );
    const [first] = await members(source);

    const ranges = await rangesOf(source, async () => first && readAll(source, first));

    expect(ranges).toEqual([
      [0, 30 + 6 + 32 + 900],
      [30 + 6 + 32 + 900, 30 + 6 + 60_004 + 900],
    ]);
  });

  it('is bounded: a long member comes in chunks, none of them twice', async () => {
    const source = strictSource(buildZip({ members: [filler(95 * KIB)] }));
    const [member] = await members(source);

    const ranges = await rangesOf(
      source,
      async () => member && readAll(source, member, { chunkBytes: 10 * KIB }),
    );

    expect(ranges).toHaveLength(10);
    expect(Math.max(...ranges.map(([start, end]) => end - start))).toBeLessThan(11 * KIB);
    ranges.slice(1).forEach(([start], index) => {
      expect(start).toBe(ranges[index]?.[1]);
    });
  });

  it('moves at most 1.1 times the archive for all of an archive', async () => {
    const source = strictSource(
      buildZip({ members: Array.from({ length: 1_000 }, (_, index) => filler(KIB, `folder/${index}.bin`)) }),
    );

    for (const member of await members(source)) await readAll(source, member);

    expect(source.bytesRead).toBeLessThan(1.1 * source.size);
    expect(source.ranges.length).toBeLessThanOrEqual(1_000 + 2);
  });
});

describe('readRange', () => {
  const source = bufferSource(Buffer.from('0123456789'));

  it('reads within the source', async () => {
    expect(String(await readRange(source, 2, 10))).toBe('23456789');
  });

  it.each([
    [-1, 3],
    [3, 3],
    [4, 3],
    [0.5, 3],
    [0, 11],
    [Number.NaN, 3],
    [0, 2 ** 53],
  ])('refuses %d to %d', async (start, end) => {
    await expect(readRange(source, start, end)).rejects.toThrow(RangeError);
  });

  it.each([0, 3, 5])('refuses an answer of %d bytes for 4', async (length) => {
    const wrong = { size: 10, read: async () => new Uint8Array(length) };

    await expect(readRange(wrong, 0, 4)).rejects.toThrow(`expected 4 bytes at 0, found ${length}`);
  });
});
