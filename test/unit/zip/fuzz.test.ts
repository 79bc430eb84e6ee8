import { expect, it } from 'vitest';
import { ZIP_ERRORS } from '../../../shared/zip/errors.ts';
import { type Inspection, inspectZip } from '../../../shared/zip/inspect.ts';
import { type StrictSource, strictSource } from '../../support/s3/strict-source.ts';
import { type ArchiveSpec, buildZip, type MemberSpec } from '../../support/zip/builder.ts';
import { seededRandom, toMutant } from '../../support/zip/mutate.ts';
import { extraField, unicodeExtra, zip64Extra } from '../../support/zip/records.ts';

const RUNS = 40_000;
const SEED = 20_261_121;
/** An archive here is read in about a millisecond. */
const HANG_MS = 5_000;
/** Heap and buffers, whatever the mutants declare. The streams that the collector has not yet seen are in it. */
const MEMORY_MIB = 256;

const text: MemberSpec = { name: 'text.txt', data: 'shrink, '.repeat(20), method: 8 };
const stored: MemberSpec = { name: 'a/b.txt', data: 'stored' };
const PLACEHOLDER = 0xffffffff;
const wide = { compressedBytes: PLACEHOLDER, bytes: PLACEHOLDER, extra: zip64Extra(6, 6) };

const specs: ArchiveSpec[] = [
  { members: [] },
  { members: [stored, text] },
  { members: [text, { ...text, name: 'again.txt', descriptor: 'signed' }, { name: 'd/' }] },
  { members: [stored, text], zip64: {}, comment: Buffer.from('a comment') },
  { members: [{ ...stored, local: wide, central: wide }], zip64: {} },
  {
    members: [
      { name: 'x', extra: unicodeExtra('ü', 'x') },
      { name: 'ü', data: 'u' },
    ],
  },
  {
    members: [{ ...text, extra: extraField(0x5455, Buffer.alloc(9)), gap: Buffer.alloc(20) }, stored, stored],
  },
  {
    members: [
      { name: 'in.zip', data: buildZip({ members: [stored] }) },
      { name: '__MACOSX/x', data: 'x' },
    ],
  },
  {
    members: [
      { name: '../up' },
      { name: '/top', method: 12 },
      { ...stored, externalAttributes: 0xa1ff_0000 },
    ],
  },
];

/** Archives of up to 1 KiB, which are read whole. */
const small = specs.map((spec) => buildZip(spec));
/** The same behind 5,000 bytes that belong to nobody and stay as they are, so that end, directory and headers are read apart. */
const PREFIX = Buffer.alloc(5_000);
const large = specs.map(({ members: [first, ...others], ...rest }) =>
  buildZip({ members: [{ ...first, gap: PREFIX }, ...others], ...rest }).subarray(PREFIX.length),
);
/** Blocks that end within records, and chunks that end within members. */
const TINY = { chunkBytes: 100, directoryCacheBytes: 150 };

/**
 * A crash or an unhandled rejection fails the run by itself; `strictSource` throws for a read outside the archive; what is neither
 * a ZipError nor a result is thrown by `inspectZip`.
 */
it(`survives ${RUNS} mutated archives (seed ${SEED})`, { timeout: 300_000 }, async () => {
  const random = seededRandom(SEED);
  const codes = new Set<string>();
  const verdicts = { accept: 0, reject: 0, 'reject-entry': 0 };
  let mostMemory = 0;

  for (let run = 0; run < RUNS; run += 1) {
    const isLarge = run % 2 === 1;
    const mutant = isLarge ? Buffer.concat([PREFIX, toMutant(large, random)]) : toMutant(small, random);
    const source = strictSource(mutant);
    const work = inspectZip(source, isLarge ? TINY : undefined);
    const inspection = await settle(work, `run ${run}: ${mutant.toString('base64')}`);
    verdicts[inspection.verdict] += 1;
    for (const code of codesOf(inspection)) codes.add(code);
    expectBoundedReads(source, inspection);
    if (run % 100 === 0) mostMemory = Math.max(mostMemory, memoryBytes());
  }

  expect(mostMemory).toBeLessThan(MEMORY_MIB * 1024 * 1024);
  // Else the mutations would only scratch the surface: all three verdicts, and two rules of three.
  expect(Math.min(...Object.values(verdicts))).toBeGreaterThan(RUNS / 50);
  expect(codes.size).toBeGreaterThan((Object.keys(ZIP_ERRORS).length * 2) / 3);
});

async function settle(work: Promise<Inspection>, what: string): Promise<Inspection> {
  let timer: NodeJS.Timeout | undefined;
  const hang = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`hangs: ${what}`)), HANG_MS);
  });
  try {
    return await Promise.race([work, hang]);
  } catch (error) {
    throw new Error(what, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Opening: the end, 64 KiB of it, the zip64 record, 16 doubtful headers, the directory up to 5 times (counted, searched, listed, and
 * for names in errors). A member: header, the rest of a long header, data.
 */
function expectBoundedReads({ ranges, size }: StrictSource, { members }: Inspection): void {
  const chunks = Math.ceil(size / TINY.chunkBytes);
  expect(ranges.length).toBeLessThanOrEqual(3 + 16 + 5 * chunks + members * (2 + chunks));
  for (const [start, end] of ranges) expect(end - start).toBeLessThanOrEqual(size);
}

function codesOf({ code, failed }: Inspection): string[] {
  return [code, ...failed.map((member) => member.code)].filter((found) => found !== null);
}

function memoryBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
