import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ZipCost } from '../../support/zip/cost.ts';
import { sparseName, writeSparseZip } from '../../support/zip/sparse.ts';

const MEMBERS = 100_000;
const BYTES_EACH = 50_000;
const MIDDLE = 50_000;
const LAST = MEMBERS - 1;
const MIB = 1024 * 1024;

describe('a zip64 archive of 100,000 members and 5 GB', () => {
  let folder = '';
  let path = '';
  let cost: ZipCost;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zip-large-'));
    path = join(folder, 'large.zip');
    await writeSparseZip(path, { members: MEMBERS, bytesEach: BYTES_EACH, readable: [MIDDLE, LAST] });
    const script = join(import.meta.dirname, '../../support/zip/cost.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [
      script,
      path,
      sparseName(MIDDLE),
      sparseName(LAST),
    ]);
    cost = JSON.parse(stdout);
    console.log(
      `listed ${cost.members} members in ${cost.seconds.toFixed(2)} s: ${cost.listRanges} ranges, ` +
        `${(cost.listBytes / MIB).toFixed(1)} MiB read, RSS +${(cost.rssGrowthBytes / MIB).toFixed(1)} MiB`,
    );
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is what it says: more than 5 GB, with zip64 offsets', async () => {
    expect((await stat(path)).size).toBeGreaterThan(MEMBERS * BYTES_EACH);
  });

  it('is listed to the last member', () => {
    expect(cost.members).toBe(MEMBERS);
  });

  it('is listed with at most 30 MiB more memory', () => {
    expect(cost.rssGrowthBytes).toBeLessThanOrEqual(30 * MIB);
  });

  it('is listed in at most 5 ranges, each directory byte moved once', () => {
    // The tail, then 7.4 MB of directory in chunks of 4 MiB.
    expect(cost.listRanges).toBeLessThanOrEqual(5);
    expect(cost.listBytes).toBeLessThan(8 * MIB);
  });

  it('gives a member in the middle, and one past 4 GiB, in one range each', () => {
    expect(cost.read).toEqual([
      { name: sparseName(MIDDLE), ranges: 1, bytes: BYTES_EACH },
      { name: sparseName(LAST), ranges: 1, bytes: BYTES_EACH },
    ]);
  });
});
