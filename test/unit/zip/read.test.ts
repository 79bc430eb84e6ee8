import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { RangeSource } from '../../../shared/range-source.ts';
import { openZip, type ZipMember } from '../../../shared/zip/archive.ts';
import { inspectZip } from '../../../shared/zip/inspect.ts';
import { readMember, readMemberWhole } from '../../../shared/zip/member.ts';
import { strictSource } from '../../support/s3/strict-source.ts';
import { buildZip, type MemberSpec } from '../../support/zip/builder.ts';
import { extraField, unicodeExtra, zip64Extra } from '../../support/zip/records.ts';

const PLACEHOLDER = 0xffffffff;
const TEXT = 'a text that is long enough to shrink: shrink, shrink, shrink, shrink, shrink';
const deflated: MemberSpec = { name: 'm', data: TEXT, method: 8 };
const both = (fields: object): Partial<MemberSpec> => ({ local: fields, central: fields });

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
