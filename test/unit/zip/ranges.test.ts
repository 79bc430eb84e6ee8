import { crc32, deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openZip } from '../../../shared/zip/archive.ts';
import { inspectZip } from '../../../shared/zip/inspect.ts';
import { strictSource } from '../../support/s3/strict-source.ts';
import { type ArchiveSpec, buildEnd, buildZip, type MemberSpec } from '../../support/zip/builder.ts';
import { centralRecord, type HeaderFields, localHeader, zip64Extra } from '../../support/zip/records.ts';

const PLACEHOLDER = 0xffffffff;

/** Members of 100 bytes each: a header of 31, a name of 1, so one begins every 131 bytes. */
const named = (name: string, spec: Partial<MemberSpec> = {}): MemberSpec => ({
  name,
  data: Buffer.alloc(100, name),
  ...spec,
});
const EACH = 30 + 1 + 100;

async function openFailure(spec: ArchiveSpec): Promise<unknown> {
  return openZip(strictSource(buildZip(spec))).then(
    () => 'opened',
    (error: unknown) => error,
  );
}

describe('openZip refuses overlaps', () => {
  const cases: [how: string, members: MemberSpec[], code: string, details: object][] = [
    [
      'the same bytes twice',
      [named('a'), named('b', { central: { headerOffset: 0 } })],
      'OVERLAP',
      { member: 'a', offset: 0, found: 'also "b"' },
    ],
    [
      'one byte shared',
      [named('a', { central: { compressedBytes: 101 } }), named('b')],
      'OVERLAP',
      { member: 'a', offset: EACH, found: 'also "b"' },
    ],
    [
      'a member within another',
      [named('a', { central: { compressedBytes: 101 + EACH } }), named('b'), named('c')],
      'OVERLAP',
      { offset: EACH },
    ],
    [
      'records out of order',
      [
        named('c', { central: { headerOffset: EACH } }),
        named('b'),
        named('a', { central: { headerOffset: 0 } }),
      ],
      'OVERLAP',
      { member: 'c', offset: EACH, found: 'also "b"' },
    ],
    [
      'a range beyond the file that swallows a member',
      [named('a', { central: { compressedBytes: 0x7fffffff } }), named('b')],
      'OVERLAP',
      { member: 'a', offset: EACH },
    ],
    [
      'a directory entry that covers a member',
      [named('a'), { name: 'd/', central: { headerOffset: 10 } }],
      'OVERLAP',
      { member: 'a', offset: 10 },
    ],
    [
      'data that reaches into the directory',
      [named('a', { central: { compressedBytes: 101 } })],
      'OVERLAP_DIRECTORY',
      { member: 'a', offset: EACH, expected: `an end at or before ${EACH}`, found: EACH + 1 },
    ],
    [
      'a header in the directory',
      [named('a'), named('b', { central: { headerOffset: EACH * 2 + 5, compressedBytes: 0 } })],
      'OVERLAP_DIRECTORY',
      { member: 'b' },
    ],
  ];
  for (const [how, members, code, details] of cases)
    it(how, async () => {
      const error = await openFailure({ members });

      expect(error).toMatchObject({ code, scope: 'archive', ...details });
    });

  it('of a quoting bomb: the ranges are enough, nothing is inflated', async () => {
    const source = strictSource(quotingBomb(100));

    await expect(openZip(source)).rejects.toMatchObject({
      code: 'OVERLAP',
      member: 'q00',
      found: 'also "q01"',
    });
    expect(source.ranges).toHaveLength(2);
  });
});

/**
 * Each member's deflate stream quotes the next member's header in a stored block and goes on with that member's stream, so one kernel
 * of zeros is the end of all of them. Every header, size and CRC-32 is right: only the ranges tell.
 */
function quotingBomb(count: number): Buffer {
  let plain = Buffer.alloc(100_000);
  let stream = deflateRawSync(plain);
  const records: Omit<HeaderFields, 'signature'>[] = [];
  for (let index = count - 1; index >= 0; index -= 1) {
    const fields = {
      flags: 0,
      method: 8,
      crc32: crc32(plain),
      compressedBytes: stream.length,
      bytes: plain.length,
      name: `q${String(index).padStart(2, '0')}`,
      extra: Buffer.alloc(0),
    };
    records.unshift(fields);
    const header = localHeader(fields);
    plain = Buffer.concat([header, plain]);
    stream = Buffer.concat([storedBlock(header.length), header, stream]);
  }
  const body = stream.subarray(STORED_BLOCK);
  const directory = records.map((fields, index) =>
    centralRecord({ ...fields, headerOffset: index * (33 + STORED_BLOCK) }),
  );
  const size = directory.reduce((sum, record) => sum + record.length, 0);
  return Buffer.concat([body, ...directory, buildEnd({}, { count, start: body.length, size })]);
}

const STORED_BLOCK = 5;

/** The head of a deflate block that is stored and not the last (RFC 1951, 3.2.4). */
function storedBlock(length: number): Buffer {
  const head = Buffer.alloc(STORED_BLOCK);
  head.writeUInt16LE(length, 1);
  head.writeUInt16LE(length ^ 0xffff, 3);
  return head;
}

describe('ranges that are apart', () => {
  it.each([
    [
      'records in another order than their members',
      [named('a', { central: { headerOffset: EACH } }), named('b', { central: { headerOffset: 0 } })],
    ],
    [
      'gaps before, between and after members',
      [
        named('a', { gap: Buffer.alloc(300, 'stub') }),
        named('b', { gap: Buffer.alloc(7) }),
        { name: 'c/', gap: Buffer.alloc(9) },
      ],
    ],
    ['members that touch', [named('a'), named('b')]],
  ])('%s: both are listed', async (_title, members) => {
    const archive = await openZip(strictSource(buildZip({ members })));

    expect(archive.memberCount).toBe(2);
  });
});

describe('a directory name longer than the local one', () => {
  const longer = (name: string): MemberSpec => named(name, { central: { name: `${name}-longer` } });

  it('is no overlap: it fails its member', async () => {
    const members = [longer('a'), named('b'), longer('c')];

    const { failed } = await inspectZip(strictSource(buildZip({ members })));

    expect(failed).toMatchObject([
      { name: 'a-longer', code: 'LOCAL_NAME' },
      { name: 'c-longer', code: 'LOCAL_NAME' },
    ]);
  });

  it('costs one range each where its header is not at hand', async () => {
    const filler = { name: 'filler', data: Buffer.alloc(100_000) };
    const source = strictSource(buildZip({ members: [longer('a'), named('b'), longer('c'), filler] }));

    await openZip(source);

    expect(source.ranges.slice(2)).toEqual([
      [0, 30],
      [2 * EACH, 2 * EACH + 30],
    ]);
  });

  it('is not believed any more after 16 of them', async () => {
    const members = Array.from({ length: 17 }, () => longer('a'));

    await expect(openFailure({ members: members.slice(1) })).resolves.toBe('opened');
    await expect(openFailure({ members })).resolves.toMatchObject({ code: 'OVERLAP_DIRECTORY' });
  });

  it('is not asked for where there is no file', async () => {
    const far = (name: string, headerOffset: number) =>
      named(name, { central: { headerOffset, compressedBytes: 0 } });
    const members = [far('aaa', 0x7000_0000), far('bbb', 0x7000_0000 + 31), named('c')];

    const { failed } = await inspectZip(strictSource(buildZip({ members })));

    expect(failed).toMatchObject([{ code: 'OUT_OF_BOUNDS' }, { code: 'OUT_OF_BOUNDS' }]);
  });
});

describe('a range beyond the file fails its member alone', () => {
  it.each([
    ['an offset', { headerOffset: 0x40000000 }],
    ['a size', { compressedBytes: 5_000, bytes: 5_000 }],
    ['a zip64 offset', { headerOffset: PLACEHOLDER, extra: zip64Extra(2n ** 47n) }],
  ])('%s', async (_title, central) => {
    const members = [named('a'), named('b', { central })];

    const { verdict, failed } = await inspectZip(strictSource(buildZip({ members })));

    expect(verdict).toBe('reject-entry');
    expect(failed).toMatchObject([{ name: 'b', code: 'OUT_OF_BOUNDS' }]);
  });
});
