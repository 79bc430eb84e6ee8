import { describe, expect, it } from 'vitest';
import type { RangeSource } from '../../../shared/range-source.ts';
import { bufferSource, readRange } from '../../../shared/range-source.ts';
import { openZip, type ZipMember } from '../../../shared/zip/archive.ts';
import type { ZipLimits } from '../../../shared/zip/limits.ts';
import { readMember } from '../../../shared/zip/member.ts';
import { type StrictSource, strictSource } from '../../support/s3/strict-source.ts';
import { buildEnd, buildZip, type MemberSpec } from '../../support/zip/builder.ts';
import { extraField } from '../../support/zip/records.ts';

/** End record, zip64 locator and zip64 end record. */
const END_BYTES = 22 + 20 + 56;
/** … with the longest archive comment. */
const WINDOW_BYTES = END_BYTES + 65_535;
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
  it('takes one range for a small archive', async () => {
    const source = strictSource(buildZip({ members: [filler(3 * KIB)] }));

    await members(source);

    expect(source.ranges).toEqual([[0, source.size]]);
  });

  it('takes two ranges for a larger one, of the end and the directory alone', async () => {
    const source = strictSource(buildZip({ members: [filler(100 * KIB), filler(100 * KIB, 'another')] }));

    await members(source);

    const start = source.size - 22 - (46 + 6) - (46 + 7);
    expect(source.ranges).toEqual([
      [source.size - END_BYTES, source.size],
      [start, source.size - END_BYTES],
    ]);
  });

  it('takes one range if the directory comes with the end', async () => {
    const source = strictSource(buildZip({ members: [filler(100 * KIB, 'a')] }));

    await members(source);

    expect(source.ranges).toEqual([[source.size - END_BYTES, source.size]]);
  });

  it('takes one more for an archive comment, which may hide the end record', async () => {
    const source = strictSource(buildZip({ members: [filler(100 * KIB)], comment: Buffer.from('hello') }));

    await members(source);

    expect(source.ranges).toEqual([
      [source.size - END_BYTES, source.size],
      [source.size - WINDOW_BYTES, source.size - END_BYTES],
    ]);
  });

  it('takes none for zip64 records, which lie before the end record', async () => {
    const source = strictSource(buildZip({ members: [filler(100 * KIB, 'a')], zip64: {} }));

    await members(source);

    expect(source.ranges).toEqual([
      [source.size - END_BYTES, source.size],
      [source.size - END_BYTES - 47, source.size - END_BYTES],
    ]);
  });

  it('reads a long directory only once', async () => {
    const many = Array.from({ length: 3_000 }, (_, index) => filler(0, `folder/member-${index}.txt`));
    const source = strictSource(buildZip({ members: many }));

    const listed = await members(source, { chunkBytes: 50 * KIB });

    expect(listed).toHaveLength(3_000);
    const directory = many.reduce((sum, { name }) => sum + 46 + name.length, 0);
    expect(source.bytesRead).toBe(directory + 22);
    expect(source.ranges).toHaveLength(1 + Math.ceil((directory - 76) / (50 * KIB)));
  });

  // Blocks of several sizes, so that some last block is small enough for what is left of the cache.
  it.each([7, 8, 9, 10, 11, 12])(
    'reads a directory larger than its cache in blocks of %i KiB, for each pass',
    async (kib) => {
      const many = Array.from({ length: 3_000 }, (_, index) => filler(0, `folder/member-${index}.txt`));
      const source = strictSource(buildZip({ members: many }));

      const listed = await members(source, { chunkBytes: kib * KIB, directoryCacheBytes: 25 * KIB });

      expect(listed.map(({ name }) => name)).toEqual(many.map(({ name }) => name));
      expect(Math.max(...source.ranges.map(([start, end]) => end - start))).toBe(kib * KIB);
      expect(source.bytesRead).toBeGreaterThan(1.5 * 3_000 * (46 + 22));
    },
  );

  it('lists a last record that begins before the end of the archive is at hand', async () => {
    const name = 'n'.repeat(100);
    const source = strictSource(buildZip({ members: [filler(9 * KIB), filler(1, name)] }));

    expect((await members(source)).map((member) => member.name)).toEqual(['filler', name]);
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
    const data = filler(200 * KIB);
    const source = strictSource(buildZip({ members: [data] }));

    await members(source);

    expect(source.ranges.every(([start]) => start >= 200 * KIB)).toBe(true);
  });
});

describe('bytes that belong to no member', () => {
  const front = filler(9 * KIB, 'front');

  it('cost one range more, since an end record can hide in them', async () => {
    const source = strictSource(
      buildZip({ members: [front, { ...filler(10, 'b'), gap: Buffer.alloc(22) }] }),
    );

    await members(source);

    expect(source.ranges.at(-1)).toEqual([0, source.size - END_BYTES]);
  });

  it.each([
    ['too few for one', { gap: Buffer.alloc(21) }],
    ['a descriptor', { descriptor: 'signed' as const }],
    ['local extra data that the directory has too', { extra: extraField(0x5455, Buffer.alloc(30)) }],
  ])('cost nothing if they are %s', async (_title, spec) => {
    const source = strictSource(
      buildZip({ members: [front, { ...filler(10, 'b'), ...spec }, filler(1, 'c')] }),
    );

    await members(source);

    expect(source.ranges).toHaveLength(2);
  });

  it('refuse the archive if an end record is there that fits', async () => {
    const bytes = withHiddenEnd((hidden) => [front, { ...filler(10, 'b'), gap: hidden }]);

    await expect(openZip(strictSource(bytes))).rejects.toMatchObject({ code: 'END_RECORD_SEVERAL' });
  });

  it('are not those of a member, which may be a zip', async () => {
    const bytes = withHiddenEnd((hidden) => [front, { name: 'in.zip', data: hidden }]);

    await expect(members(strictSource(bytes))).resolves.toHaveLength(2);
  });
});

/** An archive with an end record somewhere before its own, whose comment ends with the file. */
function withHiddenEnd(place: (hidden: Buffer) => MemberSpec[]): Buffer {
  const hidden = buildEnd({}, { count: 0, start: 0, size: 0 });
  const bytes = buildZip({ members: place(hidden) });
  const at = bytes.indexOf(hidden.subarray(0, 4));
  bytes.writeUInt16LE(bytes.length - at - 22, at + 20);
  return bytes;
}

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

  it.each([10, 1_000])('moves at most 1.1 times the archive for all of its %i members', async (count) => {
    const source = strictSource(
      buildZip({ members: Array.from({ length: count }, (_, index) => filler(KIB, `folder/${index}.bin`)) }),
    );

    for (const member of await members(source)) await readAll(source, member);

    expect(source.bytesRead).toBeLessThan(1.1 * source.size);
    expect(source.ranges.length).toBe(count + 2);
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
