import { describe, expect, it } from 'vitest';
import { openZip } from '../../../shared/zip/archive.ts';
import { ZipError, type ZipErrorCode } from '../../../shared/zip/errors.ts';
import type { ZipLimits } from '../../../shared/zip/limits.ts';
import { strictSource } from '../../support/s3/strict-source.ts';
import { buildEnd, buildZip, type MemberSpec } from '../../support/zip/builder.ts';
import { zip64Extra } from '../../support/zip/records.ts';

const PLACEHOLDER = 0xffffffff;
const ok: MemberSpec = { name: 'ok.txt', data: 'ok' };
const members = [ok, { name: 'b.txt', data: 'bbb' }];
const right = buildZip({ members });
/** Header, name and data of `ok`: where the second member, or the directory of a lone member, begins. */
const OK_END = 30 + 6 + 2;
const DIRECTORY = OK_END + 30 + 5 + 3;
const END = DIRECTORY + (46 + 6) + (46 + 5);

async function openError(bytes: Uint8Array, limits?: Partial<ZipLimits>): Promise<unknown> {
  return openZip(strictSource(bytes), limits).then(
    () => 'opened',
    (error: unknown) => error,
  );
}

type Case = readonly [
  rule: string,
  bytes: Buffer,
  code: ZipErrorCode,
  details: object,
  limits?: Partial<ZipLimits>,
];

const fakeEnd = buildEnd({}, { count: 0, start: 0, size: 0 });
const signatureAndMore = Buffer.concat([Buffer.from('PK\x05\x06'), Buffer.alloc(30, 'x')]);
const zip64Member = (extra: Buffer): MemberSpec => ({
  name: 'big',
  data: 'x',
  central: { compressedBytes: PLACEHOLDER, bytes: PLACEHOLDER, headerOffset: PLACEHOLDER, extra },
});

/** An end record that claims a comment which is not there. */
function withComment(end: Buffer): Buffer {
  const claiming = Buffer.from(end);
  claiming.writeUInt16LE(9, 20);
  return claiming;
}

const endRecords: Case[] = [
  ['nothing at all', Buffer.alloc(0), 'END_RECORD_MISSING', { found: 0 }],
  ['no end record', Buffer.alloc(5_000, 'no zip '), 'END_RECORD_MISSING', { offset: 5_000 }],
  ['a cut end record', right.subarray(0, -1), 'END_RECORD_MISSING', { offset: right.length - 1 }],
  [
    'bytes after the end',
    buildZip({ members, suffix: Buffer.alloc(3) }),
    'TRAILING_DATA',
    { offset: END, found: END + 25 },
  ],
  [
    'a comment that is cut off',
    buildZip({ members, comment: Buffer.alloc(9) }).subarray(0, -1),
    'COMMENT_CUT_OFF',
    { offset: END, found: END + 30 },
  ],
  ['two end records', buildZip({ members, comment: fakeEnd }), 'END_RECORD_SEVERAL', { offset: END + 22 }],
  [
    'a signature in the comment',
    buildZip({ members, comment: signatureAndMore }),
    'END_RECORD_SEVERAL',
    { offset: END + 22, expected: `only the one at ${END}` },
  ],
  [
    'a signature where the end record would be without a comment',
    buildZip({
      members: [...members, { name: 'c', data: Buffer.alloc(5_000) }],
      comment: withComment(fakeEnd),
    }),
    'END_RECORD_SEVERAL',
    {},
  ],
  ['another disk', buildZip({ members, end: { disk: 1 } }), 'MULTI_DISK', { offset: END }],
  [
    'a directory on another disk',
    buildZip({ members, end: { directoryDisk: 1 } }),
    'MULTI_DISK',
    { offset: END },
  ],
  ['records on another disk', buildZip({ members, end: { countOnDisk: 1 } }), 'MULTI_DISK', { offset: END }],
];

const zip64: Case[] = [
  [
    'placeholders and no locator',
    buildZip({ members, end: { directoryStart: PLACEHOLDER } }),
    'ZIP64_LOCATOR_INVALID',
    { found: 'no locator' },
  ],
  [
    'a locator that points behind itself',
    buildZip({ members, zip64: { locator: { recordOffset: BigInt(END) + 1n } } }),
    'ZIP64_LOCATOR_INVALID',
    { offset: END + 56, found: END + 1 },
  ],
  [
    'a locator beyond any file',
    buildZip({ members, zip64: { locator: { recordOffset: 2n ** 63n } } }),
    'VALUE_OUT_OF_RANGE',
    { found: String(2n ** 63n) },
  ],
  [
    'a locator of two disks',
    buildZip({ members, zip64: { locator: { disks: 2 } } }),
    'MULTI_DISK',
    { found: 2 },
  ],
  [
    'another signature',
    buildZip({ members, zip64: { end: { signature: 0x06064b51 } } }),
    'ZIP64_RECORD_INVALID',
    { offset: END, found: '0x514b0606' },
  ],
  [
    'a record that does not end at the locator',
    buildZip({ members, zip64: { end: { size: 45n } } }),
    'ZIP64_RECORD_INVALID',
    { expected: `its end at ${END + 56}`, found: END + 57 },
  ],
  [
    'two end records that differ',
    buildZip({ members, zip64: {}, end: { count: 3 } }),
    'ZIP64_RECORD_INVALID',
    { expected: 'count 3 as in the end record', found: 2 },
  ],
  [
    'a member without its zip64 field',
    buildZip({ members: [zip64Member(Buffer.alloc(0))] }),
    'ZIP64_FIELD_MISSING',
    { member: 'big', found: 'no zip64 field' },
  ],
  [
    'a member whose zip64 field is short',
    buildZip({ members: [zip64Member(zip64Extra(1, 1))] }),
    'ZIP64_FIELD_MISSING',
    { expected: '24 bytes for bytes, compressedBytes, headerOffset', found: 16 },
  ],
  [
    'a size that a double would round',
    buildZip({ members: [zip64Member(zip64Extra(2n ** 53n + 1n, 1, 0))] }),
    'VALUE_OUT_OF_RANGE',
    { found: '9007199254740993' },
  ],
];

const directories: Case[] = [
  [
    'an offset that lies',
    buildZip({ members, end: { directoryStart: DIRECTORY - 1 } }),
    'DIRECTORY_OFFSET',
    { offset: END, found: `from ${DIRECTORY - 1}` },
  ],
  [
    'a size that lies',
    buildZip({ members, end: { directorySize: 5 } }),
    'DIRECTORY_OFFSET',
    { expected: `5 bytes from ${END - 5}` },
  ],
  [
    'a count too low',
    buildZip({ members, end: { count: 1, countOnDisk: 1 } }),
    'DIRECTORY_COUNT',
    { found: 2 },
  ],
  [
    'a count too high for the bytes',
    buildZip({ members, end: { count: 3, countOnDisk: 3 } }),
    'DIRECTORY_COUNT',
    { expected: 'at most 2 records in 103 bytes', found: 3 },
  ],
  [
    'a count too high for the records',
    buildZip({ members: [{ name: 'n'.repeat(50) }], end: { count: 2, countOnDisk: 2 } }),
    'DIRECTORY_COUNT',
    { expected: 2, found: 1 },
  ],
  [
    'a count that would allocate terabytes',
    buildZip({ members, zip64: { end: { count: 2 ** 40, countOnDisk: 2 ** 40 } } }),
    'DIRECTORY_COUNT',
    { found: 2 ** 40 },
  ],
  [
    'another signature',
    buildZip({ members: [ok, { central: { signature: 0x02014b51 } }] }),
    'DIRECTORY_RECORD_INVALID',
    { found: '0x514b0102' },
  ],
  ['a record that runs out', withLongerName(), 'DIRECTORY_RECORD_INVALID', { offset: OK_END, found: 46 + 7 }],
  [
    'a member on another disk',
    buildZip({ members: [{ central: { disk: 1 } }] }),
    'MULTI_DISK',
    { member: 'a.txt' },
  ],
];

/** One member whose directory record claims a name of one byte more than there is. */
function withLongerName(): Buffer {
  const bytes = buildZip({ members: [ok] });
  bytes.writeUInt16LE(7, OK_END + 28);
  return bytes;
}

const limits: Case[] = [
  ['members', right, 'TOO_MANY_MEMBERS', { expected: 'at most 1', found: 2 }, { maxMembers: 1 }],
  ['declared bytes', right, 'TOTAL_TOO_LARGE', { found: 'at least 5' }, { maxTotalBytes: 4 }],
  ['directory bytes', right, 'DIRECTORY_TOO_LARGE', { found: 103 }, { maxDirectoryBytes: 102 }],
];

const refusals = {
  'the end record': endRecords,
  zip64,
  'the directory': directories,
  'a limit': limits,
};

for (const [subject, cases] of Object.entries(refusals))
  describe(`openZip refuses an archive for ${subject}`, () => {
    for (const [rule, bytes, code, details, given] of cases)
      it(rule, async () => {
        const error = await openError(bytes, given);

        expect(error).toBeInstanceOf(ZipError);
        expect(error).toMatchObject({ code, scope: 'archive', ...details });
      });
  });

describe('openZip accepts', () => {
  it.each([
    ['an archive at each limit', right, { maxMembers: 2, maxTotalBytes: 5, maxDirectoryBytes: 103 }],
    ['a comment of 65,535 bytes', buildZip({ members, comment: Buffer.alloc(65_535, 'c') }), {}],
    ['zip64 records on a small archive', buildZip({ members, zip64: {} }), {}],
    [
      'zip64 records beside a plain count',
      buildZip({ members, zip64: {}, end: { count: 2, countOnDisk: 2 } }),
      {},
    ],
    ['zip64 records and a comment', buildZip({ members, zip64: {}, comment: Buffer.from('hello') }), {}],
    ['a zip inside a zip', buildZip({ members: [ok, { name: 'in.zip', data: right }] }), {}],
    ['a locator signature in the last comment', withLocatorInComment(), {}],
  ])('%s', async (_title, bytes, given) => {
    const archive = await openZip(strictSource(bytes), given);

    expect(archive.memberCount).toBe(2);
  });

  it('an archive of nothing', async () => {
    const archive = await openZip(strictSource(buildZip({ members: [] })));

    expect(archive.memberCount).toBe(0);
  });
});

/** The last record's comment looks like a zip64 locator; nothing in the end record announces one. */
function withLocatorInComment(): Buffer {
  const comment = Buffer.concat([Buffer.from('PK\x06\x07'), Buffer.alloc(16, 0xee)]);
  return buildZip({ members: [ok, { name: 'b', central: { comment } }] });
}
