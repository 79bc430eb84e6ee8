import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openZip, type ZipMember } from '../../shared/zip/archive.ts';
import type { ZipErrorCode } from '../../shared/zip/errors.ts';
import { inspectZip } from '../../shared/zip/inspect.ts';
import { readMember, readMemberWhole } from '../../shared/zip/member.ts';
import type { RangeSource } from '../../shared/zip/range-source.ts';
import { strictSource } from '../support/strict-source.ts';
import { buildZip, type MemberSpec } from '../support/zip-builder.ts';
import { extraField, unicodeExtra, zip64Extra } from '../support/zip-records.ts';

const PLACEHOLDER = 0xffffffff;
const TEXT = 'a text that is long enough to shrink: shrink, shrink, shrink, shrink, shrink';
const deflated: MemberSpec = { name: 'm', data: TEXT, method: 8 };
const deflatedBytes = deflateRawSync(TEXT).length;

/** The bad member between two good ones, which must stay readable. */
function between(bad: MemberSpec): Buffer {
  const good = { name: 'first.txt', data: 'first' };
  return buildZip({ members: [good, bad, { name: 'last.txt', data: 'last', method: 8 }] });
}

const both = (fields: object): Partial<MemberSpec> => ({ local: fields, central: fields });

type Case = readonly [rule: string, bad: MemberSpec, code: ZipErrorCode, message: string];

const inDirectory: Case[] = [
  ['encrypted', { name: 'm', flags: 1 }, 'ENCRYPTED', 'found flags 0x1'],
  ['strongly encrypted', { name: 'm', flags: 0x41 }, 'ENCRYPTED', 'found flags 0x41'],
  ['masked headers', { name: 'm', flags: 0x2000 }, 'ENCRYPTED', 'found flags 0x2000'],
  ...[
    ['deflate64', 9],
    ['bzip2', 12],
    ['lzma', 14],
    ['zstd', 93],
    ['xz', 95],
    ['ppmd', 98],
  ].map(
    ([label, method]): Case => [
      `${label}`,
      { name: 'm', method: Number(method) },
      'METHOD_UNSUPPORTED',
      `expected 0 (stored) or 8 (deflate), found ${method} (${label})`,
    ],
  ),
  ['a method without a name', { name: 'm', method: 77 }, 'METHOD_UNSUPPORTED', 'found 77'],
  ...[
    ['a symlink', 0o120777],
    ['a character device', 0o020666],
    ['a block device', 0o060660],
    ['a pipe', 0o010644],
    ['a socket', 0o140755],
  ].map(
    ([label, mode]): Case => [
      `${label}`,
      { name: 'm', data: '/etc/passwd', externalAttributes: Number(mode) * 0x10000 },
      'NOT_A_FILE',
      `found mode 0o${(Number(mode) & 0xf000).toString(8)}`,
    ],
  ),
  [
    'a directory with data',
    { name: 'd/', data: 'hidden' },
    'DIRECTORY_WITH_DATA',
    'expected 0 bytes, found 6',
  ],
  [
    'stored with two sizes',
    { name: 'm', data: 'abc', ...both({ bytes: 2 }) },
    'STORED_SIZE',
    'expected 3, found 2',
  ],
  [
    'an extra field of nothing but a length',
    { name: 'm', extra: Buffer.from('0100ffff', 'hex') },
    'EXTRA_INVALID',
    'found 0x0100ffff',
  ],
  [
    'an extra field too long',
    { name: 'm', extra: extraField(7, Buffer.alloc(9)).subarray(0, 8) },
    'EXTRA_INVALID',
    'offset',
  ],
  [
    'a ratio over the limit',
    { name: 'm', data: Buffer.alloc(1_100_000), method: 8 },
    'RATIO',
    'expected at most 200 to 1',
  ],
];

const inLocalHeader: Case[] = [
  [
    'no header',
    { name: 'm', local: { signature: 0x04034b51 } },
    'LOCAL_HEADER_INVALID',
    'expected PK\\x03\\x04, found 0x514b0304',
  ],
  ['another name', { name: 'm', local: { name: 'x' } }, 'LOCAL_NAME', 'expected m, found x'],
  ['another case', { name: 'm', local: { name: 'M' } }, 'LOCAL_NAME', 'expected m, found M'],
  [
    'a Unicode name that the directory does not have',
    { name: 'm', local: { extra: unicodeExtra('x', 'm') } },
    'LOCAL_NAME',
    'found x',
  ],
  [
    'a name that is not UTF-8',
    { name: 'm', local: { name: Buffer.from([0xff]), flags: 0x800 } },
    'NAME_ENCODING',
    'found 0xff',
  ],
  ['another method', { ...deflated, local: { method: 0 } }, 'LOCAL_METHOD', 'expected 8, found 0'],
  [
    'encryption that the directory hides',
    { name: 'm', local: { flags: 1 } },
    'LOCAL_FLAGS',
    'found flags 0x1',
  ],
  [
    'another size',
    { ...deflated, local: { bytes: 5 } },
    'LOCAL_SIZE',
    `expected bytes ${TEXT.length}, found 5`,
  ],
  [
    'another compressed size',
    { ...deflated, local: { compressedBytes: 5 } },
    'LOCAL_SIZE',
    `expected compressedBytes ${deflatedBytes}, found 5`,
  ],
  [
    'no sizes and no descriptor',
    { ...deflated, local: { bytes: 0, compressedBytes: 0 } },
    'LOCAL_SIZE',
    'found 0',
  ],
  [
    'a size beside a descriptor that is neither',
    { ...deflated, descriptor: 'signed', local: { bytes: 5 } },
    'LOCAL_SIZE',
    'found 5',
  ],
  [
    'a zip64 size that differs',
    {
      ...deflated,
      local: { bytes: PLACEHOLDER, compressedBytes: PLACEHOLDER, extra: zip64Extra(5, deflatedBytes) },
    },
    'LOCAL_SIZE',
    'found 5',
  ],
  [
    'a zip64 field with one size',
    {
      ...deflated,
      local: { bytes: PLACEHOLDER, compressedBytes: PLACEHOLDER, extra: zip64Extra(TEXT.length) },
    },
    'LOCAL_SIZE',
    `found ${PLACEHOLDER}`,
  ],
  [
    'a placeholder without zip64',
    { ...deflated, local: { compressedBytes: PLACEHOLDER } },
    'LOCAL_SIZE',
    `found ${PLACEHOLDER}`,
  ],
  [
    'another CRC',
    { name: 'm', data: 'x', local: { crc32: 1 } },
    'LOCAL_CRC',
    'expected 0x8cdc1683, found 0x00000001',
  ],
];

const inData: Case[] = [
  [
    'a wrong CRC',
    { name: 'm', data: 'x', ...both({ crc32: 1 }) },
    'CRC_MISMATCH',
    'expected 0x00000001, found 0x8cdc1683',
  ],
  ['a wrong CRC of nothing', { name: 'm', ...both({ crc32: 1 }) }, 'CRC_MISMATCH', 'found 0x00000000'],
  [
    'more bytes than declared',
    { ...deflated, ...both({ bytes: 9 }) },
    'SIZE_MISMATCH',
    `expected 9, found at least ${TEXT.length}`,
  ],
  [
    'fewer bytes than declared',
    { ...deflated, ...both({ bytes: 900 }) },
    'SIZE_MISMATCH',
    `expected 900, found ${TEXT.length}`,
  ],
  [
    'no deflate stream',
    { ...deflated, stored: Buffer.alloc(40, 0xff) },
    'DEFLATE_INVALID',
    'found invalid block type',
  ],
  [
    'a cut deflate stream',
    { ...deflated, stored: deflateRawSync(TEXT).subarray(0, -2) },
    'DEFLATE_INVALID',
    'found unexpected end of file',
  ],
  [
    'an empty deflate stream',
    { ...deflated, stored: Buffer.alloc(0) },
    'DEFLATE_INVALID',
    'found unexpected end of file',
  ],
  [
    'bytes after the deflate stream',
    { ...deflated, stored: Buffer.concat([deflateRawSync(TEXT), Buffer.from('junk')]) },
    'DEFLATE_TRAILING',
    `expected ${deflatedBytes + 4} bytes, found ${deflatedBytes}`,
  ],
];

for (const [where, cases] of Object.entries({
  'its directory record': inDirectory,
  'its local header': inLocalHeader,
  'its data': inData,
}))
  describe(`one member is refused for ${where}`, () => {
    for (const [rule, bad, code, message] of cases)
      it(rule, async () => {
        const { verdict, members, failed } = await inspectZip(strictSource(between(bad)));

        expect({ verdict, members }).toEqual({ verdict: 'reject-entry', members: 3 });
        expect(failed).toMatchObject([{ code, message: expect.stringContaining(message) }]);
        expect(failed[0]?.message).toMatch(/member ".*", offset \d+/);
      });
  });

describe('a member is read', () => {
  it.each<[string, MemberSpec]>([
    ['stored', { data: TEXT }],
    ['deflated', { data: TEXT, method: 8 }],
    ['empty and stored', { data: '' }],
    ['empty and deflated', { data: '', method: 8 }],
    ['with a signed descriptor', { data: TEXT, method: 8, descriptor: 'signed' }],
    ['with a bare descriptor', { data: TEXT, method: 8, descriptor: 'bare' }],
    [
      'with a descriptor and the real sizes',
      { data: TEXT, descriptor: 'signed', local: { bytes: TEXT.length, compressedBytes: TEXT.length } },
    ],
    [
      'with zip64 sizes',
      {
        data: TEXT,
        ...both({
          bytes: PLACEHOLDER,
          compressedBytes: PLACEHOLDER,
          extra: zip64Extra(TEXT.length, TEXT.length),
        }),
      },
    ],
    [
      'with zip64 sizes to come',
      {
        data: TEXT,
        descriptor: 'signed',
        local: { bytes: PLACEHOLDER, compressedBytes: PLACEHOLDER, extra: zip64Extra(0, 0) },
      },
    ],
    [
      'with 65,535 bytes of local extra data',
      { data: TEXT, local: { extra: extraField(7, Buffer.alloc(65_531)) } },
    ],
    ['with alignment padding as extra data', { data: TEXT, extra: Buffer.alloc(3) }],
    ['with a high ratio but few bytes', { data: Buffer.alloc(500_000), method: 8 }],
    ['without any attributes', { data: TEXT, externalAttributes: 0 }],
  ])('%s', async (_title, spec) => {
    const source = strictSource(buildZip({ members: [spec] }));
    const member = await onlyMember(source);

    const bytes = await readMemberWhole(source, member, 1_000_000);

    expect(Buffer.from(bytes)).toEqual(Buffer.from(spec.data ?? ''));
  });

  it('by what travels in a queue message alone', async () => {
    const source = strictSource(
      buildZip({
        members: [
          { ...deflated, name: 'x', extra: unicodeExtra('ü', 'x'), local: { extra: Buffer.alloc(0) } },
        ],
      }),
    );
    const message = JSON.stringify(await onlyMember(source));

    const bytes = await readMemberWhole(source, JSON.parse(message), 1_000);

    expect(JSON.parse(message)).toMatchObject({ name: 'ü', plainName: 'x' });
    expect(Buffer.from(bytes).toString()).toBe(TEXT);
  });

  it('not at all if it is larger than the caller holds', async () => {
    const source = strictSource(buildZip({ members: [deflated] }));
    const member = await onlyMember(source);
    const before = source.ranges.length;

    await expect(readMemberWhole(source, member, TEXT.length - 1)).rejects.toMatchObject({
      code: 'MEMBER_TOO_LARGE',
    });
    expect(source.ranges).toHaveLength(before);
  });

  it('never past the declared size, whatever the stream holds', async () => {
    const bomb = { name: 'm', data: Buffer.alloc(50_000_000), method: 8, ...both({ bytes: 70_000 }) };
    const source = strictSource(buildZip({ members: [bomb] }));
    const member = await onlyMember(source);

    const { bytes, error } = await drain(source, member);

    expect(error).toMatchObject({ code: 'SIZE_MISMATCH', member: 'm', offset: 0, expected: 70_000 });
    expect(bytes).toBeLessThanOrEqual(70_000);
  });
});

describe('the ratio limit', () => {
  const data = Buffer.alloc(100_000);
  const ratio = data.length / deflateRawSync(data).length;

  it.each([
    ['at the limit', ratio, 0, 'accept'],
    ['over the limit', ratio - 0.01, 0, 'reject-entry'],
    ['over the limit at the floor', 1, data.length, 'accept'],
    ['over the limit above the floor', 1, data.length - 1, 'reject-entry'],
  ])('%s', async (_title, maxRatio, ratioFloorBytes, verdict) => {
    const source = strictSource(buildZip({ members: [{ data, method: 8 }] }));

    expect(await inspectZip(source, { maxRatio, ratioFloorBytes })).toMatchObject({ verdict });
  });
});

describe('readMember', () => {
  it.each([
    ['an offset beyond the source', { headerOffset: 10_000 }, 'OUT_OF_BOUNDS'],
    ['a size beyond the source', { compressedBytes: 10_000 }, 'OUT_OF_BOUNDS'],
    ['an offset in the middle of a member', { headerOffset: 3 }, 'LOCAL_HEADER_INVALID'],
  ])('refuses %s, as after the source has changed', async (_title, wrong, code) => {
    const source = strictSource(buildZip({ members: [deflated] }));
    const member = { ...(await onlyMember(source)), ...wrong };

    await expect(drain(source, member)).resolves.toMatchObject({ error: { code, member: 'm' } });
  });

  it.each([0, 8])('passes a failure of the source on as it is (method %i)', async (method) => {
    const source = strictSource(buildZip({ members: [{ name: 'm', data: randomBytes(9_000), method }] }));
    const member = await onlyMember(source);
    let reads = 0;
    const failing: RangeSource = {
      size: source.size,
      read: (start, end) => (++reads === 3 ? Promise.reject(new Error('SlowDown')) : source.read(start, end)),
    };

    const { error } = await drain(failing, member, 1_000);

    expect(error).toEqual(new Error('SlowDown'));
  });

  it('reads no further when the caller stops', async () => {
    const source = strictSource(buildZip({ members: [{ name: 'm', data: randomBytes(90_000), method: 8 }] }));
    const member = await onlyMember(source);
    const before = source.ranges.length;

    for await (const _chunk of readMember(source, member, { chunkBytes: 1_000 })) break;
    const afterStop = source.ranges.length;
    await new Promise((resolve) => setTimeout(resolve, 20));

    expect(source.ranges).toHaveLength(afterStop);
    expect(afterStop - before).toBeLessThan(90);
  });
});

async function onlyMember(source: RangeSource): Promise<ZipMember> {
  const archive = await openZip(source);
  for await (const entry of archive.entries()) if (entry.type === 'member') return entry.member;
  throw new Error('expected a member, found none');
}

async function drain(source: RangeSource, member: ZipMember, chunkBytes = 1_000_000) {
  let bytes = 0;
  try {
    for await (const chunk of readMember(source, member, { chunkBytes })) bytes += chunk.byteLength;
    return { bytes, error: undefined };
  } catch (error) {
    return { bytes, error };
  }
}

/** Bytes that do not shrink (a linear congruential generator, so that every run has the same). */
function randomBytes(length: number): Buffer {
  let state = 1;
  return Buffer.from(
    Array.from({ length }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return state >>> 24;
    }),
  );
}
