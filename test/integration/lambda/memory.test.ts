import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findCgroupParent } from '../../../infra/local/lambda/cgroup-parent.ts';
import { readPeakRssKb, readRssKbByPs } from '../../../infra/local/lambda/proc-status.ts';
import type { EnforcedLambdaService } from '../../../infra/local/lambda/service.ts';
import { type Fixture, makeFixture, startFixture } from './fixture.ts';

const cgroup = await findCgroupParent();
const noCgroup = typeof cgroup === 'string' ? cgroup : undefined;
if (noCgroup) console.warn(`cgroup tests skipped: ${noCgroup}`);

const MODES = [
  { enforcement: 'cgroup', skipped: noCgroup !== undefined, expected: /^cgroup-v[12]$/ },
  { enforcement: 'poll', skipped: process.platform === 'win32', expected: /^poll$/ },
] as const;

for (const { enforcement, skipped, expected } of MODES) {
  describe.skipIf(skipped)(`memory size under ${enforcement}`, () => {
    let fixture: Fixture;
    let lambda: EnforcedLambdaService;

    beforeAll(async () => {
      fixture = await makeFixture();
      const functions = ['fill', 'touch', 'childFills'].map((name) => fixture.spec(name));
      lambda = await startFixture(fixture, functions, { enforcement });
    });

    afterAll(async () => {
      await lambda?.stop();
      await fixture?.remove();
    });

    test('the service says which it is and why', () => {
      expect(lambda.enforcement).toMatch(expected);
      expect(lambda.enforcementReason.length).toBeGreaterThan(20);
    });

    test('Buffers over the size end in SIGKILL, and the next invocation in a new instance', async () => {
      const first = await lambda.invoke('fill', {});
      const second = await lambda.invoke('fill', {});

      expect(first).toMatchObject({ status: 'killed', signal: 'SIGKILL', errorType: 'Runtime.OutOfMemory' });
      // Of its 256 MB, at the least what is left of them by the pages of Node's binary.
      expect(first.peakRssMb).toBeGreaterThanOrEqual(256 - 60);
      expect(first.peakRssMb).toBeLessThan(512);
      expect(second.initMs).toBeGreaterThan(0);
      expect(lambda.stats().find(({ name }) => name === 'fill')).toMatchObject({ kills: 2, coldStarts: 2 });
    });

    test('the peak RSS is what the process held', async () => {
      const { status, peakRssMb } = await lambda.invoke('touch', 150);

      expect(status).toBe('ok');
      expect(peakRssMb).toBeGreaterThanOrEqual(150);
      expect(peakRssMb).toBeLessThan(256);
    });

    test.skipIf(enforcement === 'poll')('a child process counts too', async () => {
      const { status, payload } = await lambda.invoke('childFills', {});

      expect(status === 'killed' || JSON.stringify(payload) === '[null,"SIGKILL"]').toBe(true);
    });
  });
}

test.skipIf(noCgroup !== undefined)('stop removes the memory groups', async () => {
  const folder = typeof cgroup === 'string' ? '' : cgroup.folder;
  const listOwn = async () =>
    (await readdir(folder)).filter((name) => name.startsWith(`smallbatch-${process.pid}-`));
  const fixture = await makeFixture();
  const lambda = await startFixture(fixture, [fixture.spec('touch')], { enforcement: 'cgroup' });
  await lambda.invoke('touch', 1);
  const before = await listOwn();

  await lambda.stop();

  expect(before).toHaveLength(1);
  expect(await listOwn()).toEqual([]);
  await fixture.remove();
});

test('without a memory controller the reason is given', async () => {
  const mount = await mkdtemp(path.join(tmpdir(), 'smallbatch-no-cgroup-'));

  const parent = await findCgroupParent(mount);

  expect(parent).toBe(`no memory controller below ${mount}`);
  await rm(mount, { recursive: true });
});

describe.skipIf(process.platform !== 'linux')('reading RSS', () => {
  test('ps and /proc agree on this process', () => {
    const rssKb = readRssKbByPs([process.pid]).get(process.pid) ?? 0;
    const peakKb = readPeakRssKb(process.pid);

    const [, vmRss] = /VmRSS:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    expect(Math.abs(rssKb - Number(vmRss))).toBeLessThan(32 * 1024);
    expect(peakKb).toBeGreaterThanOrEqual(rssKb);
  });

  test('a process that is gone has none', () => {
    const gone = 2 ** 22 + 1;

    expect(readPeakRssKb(gone)).toBe(0);
    expect(readRssKbByPs([gone]).size).toBe(0);
  });
});
