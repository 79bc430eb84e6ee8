import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { ZipErrorCode } from '../../../shared/zip/errors.ts';
import { inspectZip } from '../../../shared/zip/inspect.ts';
import { strictSource } from '../../support/s3/strict-source.ts';
import { buildZip, type MemberSpec } from '../../support/zip/builder.ts';
import { extraField, unicodeExtra, zip64Extra } from '../../support/zip/records.ts';

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
