import { expect, it } from 'vitest';
import { ZIP_ERRORS } from '../../shared/zip/errors.ts';
import { type Inspection, inspectZip } from '../../shared/zip/inspect.ts';
import { seededRandom, toMutant } from '../support/mutate.ts';
import { type StrictSource, strictSource } from '../support/strict-source.ts';
import { buildZip, type MemberSpec } from '../support/zip-builder.ts';
import { extraField, unicodeExtra, zip64Extra } from '../support/zip-records.ts';

const RUNS = 40_000;
const SEED = 20_261_121;
/** No archive here is longer than 1 KiB, so that mutations hit structure; one that takes longer than this hangs. */
const HANG_MS = 5_000;
/** Heap and buffers, whatever the mutants declare. The streams that the collector has not yet seen are in it. */
const MEMORY_MIB = 256;

const text: MemberSpec = { name: 'text.txt', data: 'shrink, '.repeat(20), method: 8 };
const stored: MemberSpec = { name: 'a/b.txt', data: 'stored' };
const PLACEHOLDER = 0xffffffff;
const wide = { compressedBytes: PLACEHOLDER, bytes: PLACEHOLDER, extra: zip64Extra(6, 6) };

const seeds: Buffer[] = [
  buildZip({ members: [] }),
  buildZip({ members: [stored, text] }),
  buildZip({ members: [text, { ...text, name: 'again.txt', descriptor: 'signed' }, { name: 'd/' }] }),
  buildZip({ members: [stored, text], zip64: {}, comment: Buffer.from('a comment') }),
  buildZip({ members: [{ ...stored, local: wide, central: wide }], zip64: {} }),
  buildZip({
    members: [
      { name: 'x', extra: unicodeExtra('ü', 'x') },
      { name: 'ü', data: 'u' },
    ],
  }),
  buildZip({
    members: [{ ...text, extra: extraField(0x5455, Buffer.alloc(9)), gap: Buffer.alloc(20) }, stored, stored],
  }),
  buildZip({
    members: [
      { name: 'in.zip', data: buildZip({ members: [stored] }) },
      { name: '__MACOSX/x', data: 'x' },
    ],
  }),
];

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
    const mutant = toMutant(seeds, random);
    const source = strictSource(mutant);
    const inspection = await settle(inspectZip(source), `run ${run}: ${mutant.toString('base64')}`);
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

/** Opening: tail, zip64 record, directory, 16 doubtful headers. A member: header, the rest of a long header, data. */
function expectBoundedReads({ ranges, size }: StrictSource, { members }: Inspection): void {
  expect(ranges.length).toBeLessThanOrEqual(3 + 16 + 3 * members);
  for (const [start, end] of ranges) expect(end - start).toBeLessThanOrEqual(size);
}

function codesOf({ code, failed }: Inspection): string[] {
  return [code, ...failed.map((member) => member.code)].filter((found) => found !== null);
}

function memoryBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
