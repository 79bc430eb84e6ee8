import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { waitFor } from '../support/process/wait-for.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 });

const MAIN = resolve(import.meta.dirname, '..', '..', 'infra', 'cli', 'main.ts');
/** One cluster is one call of it, so no cluster takes less than a second; one row of ten fails. */
const SLOW_FUNCTION = `export const handler = async ({ items }) => {
  await new Promise((resolve) => setTimeout(resolve, 1000));
  return { results: items.map(({ id }) => (id % 10 === 0 ? { error: 'no ' + id } : { ok: id })) };
};`;
const CLUSTERS = 60;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smallbatch-run-commands-'));
  await writeFile(join(folder, 'slow.mjs'), SLOW_FUNCTION);
  await writeFile(join(folder, 'list.jsonl'), toList(CLUSTERS * 10));
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

const toList = (rows: number): string =>
  Array.from({ length: rows }, (_, id) => `${JSON.stringify({ id })}\n`).join('');

interface Printed {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function start(...args: string[]): { child: ChildProcess; done: Promise<Printed> } {
  const child = spawn(process.execPath, [MAIN, ...args, '--state', join(folder, 'state')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (err += chunk));
  return { child, done: once(child, 'close').then(([code]) => ({ code, out, err })) };
}

const smallbatch = async (...args: string[]): Promise<Printed> => await start(...args).done;
const jsonLines = (text: string) =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

/** The report of a run. */
const lastLine = ({ out }: Printed) => JSON.parse(out.trim().split('\n').at(-1) ?? '');

test('a run at work is listed, looked at and cancelled by other commands, and what it did can be read after it', async () => {
  const without = await smallbatch('runs');
  const running = start(
    ...['run', join(folder, 'list.jsonl'), '--function', join(folder, 'slow.mjs')],
    ...['--concurrency', '1', '--out', join(folder, 'out'), '--json'],
  );

  const atWork = await waitFor('a cluster to be done', 120, async () => {
    const { code, out } = await smallbatch('status', 'rows-', '--json');
    const [status] = code === 0 ? jsonLines(out) : [];
    return status?.clusters.done > 0 ? status : undefined;
  });
  const early = await smallbatch('failures', atWork.run, '--json');
  const cancelledAt = Date.now();
  const cancelled = await smallbatch('cancel', atWork.run.slice(0, -4));
  const ended = await running.done;
  const seconds = (Date.now() - cancelledAt) / 1000;
  const listed = await smallbatch('runs', '--json');
  const status = jsonLines((await smallbatch('status', atWork.run, '--json')).out)[0];
  const late = await smallbatch('failures', atWork.run, '--json');
  const again = await smallbatch('cancel', atWork.run);

  expect(without).toMatchObject({ code: 2, out: '' });
  expect(without.err).toContain('--state: expected a folder that runs were made in');
  expect(atWork).toMatchObject({
    version: 1,
    state: 'running',
    isAtWork: true,
    clusters: { total: CLUSTERS },
  });
  expect(early.err).toContain('failed so far');
  expect(jsonLines(early.out)[0]).toEqual({
    item: expect.any(String),
    code: 'ROW_FAILED',
    message: expect.stringContaining('no 0'),
  });
  expect(cancelled.code).toBe(0);
  expect(cancelled.out).toContain(`${atWork.run}: cancelled\n`);
  expect(ended.code).toBe(1);
  expect(seconds).toBeLessThan(30);
  expect(lastLine(ended)).toMatchObject({
    run: atWork.run,
    state: 'cancelled',
    items: { total: CLUSTERS * 10, ok: status.items.ok, failed: status.items.failed },
  });
  expect(jsonLines(listed.out)).toMatchObject([{ run: atWork.run, state: 'cancelled', kind: 'rows' }]);
  // what was done stays, and no more came
  expect(status).toMatchObject({ state: 'cancelled', isAtWork: false });
  expect(status.clusters.done).toBeGreaterThanOrEqual(atWork.clusters.done);
  expect(status.clusters.done).toBeLessThan(CLUSTERS);
  expect(jsonLines(late.out)).toHaveLength(status.items.failed);
  expect(again.code).toBe(0);
});

test('a run that there is not, or that is one of several, is wrong usage; one that has ended is not cancelled', async () => {
  for (const count of [1, 2]) {
    const list = join(folder, `small-${count}.jsonl`);
    await writeFile(list, toList(count));
    await smallbatch('run', list, '--function', join(folder, 'slow.mjs'), '--out', join(folder, 'out'));
  }

  // at once: one waits for the other
  const [missing, several] = await Promise.all([
    smallbatch('status', 'rows-zz'),
    smallbatch('status', 'rows-'),
  ]);
  const [newest] = jsonLines((await smallbatch('runs', '--limit', '1', '--json')).out);
  const ended = await smallbatch('cancel', newest.run);

  expect(missing).toMatchObject({ code: 2, out: '' });
  expect(missing.err).toContain('expected a run, found "rows-zz"; smallbatch runs lists those there are');
  expect(several).toMatchObject({ code: 2, out: '' });
  expect(several.err).toMatch(/expected one run, found \d that begin with "rows-": rows-/);
  expect(newest).toMatchObject({ name: 'small-2', state: 'completed_with_failures' });
  expect(ended.code).toBe(1);
  expect(ended.err).toContain('expected an open run, found one that has ended; it stays as it is');
});

test('retry does what failed, and nothing else', async () => {
  const fixed = join(folder, 'fixed');
  const fixable = join(folder, 'fixable.mjs');
  await writeFile(
    fixable,
    `import { existsSync } from 'node:fs';
export const handler = async ({ items }) => ({
  results: items.map(({ id }) => (id % 10 === 0 && !existsSync('${fixed}') ? { error: 'no ' + id } : { ok: id })),
});`,
  );
  const list = join(folder, 'fixable.jsonl');
  await writeFile(list, toList(30));
  const given = ['--function', fixable, '--out', join(folder, 'out'), '--json'];
  const first = lastLine(await smallbatch('run', list, ...given));

  const failedAgain = lastLine(await smallbatch('retry', first.run, ...given));
  await writeFile(fixed, '');
  const retried = await smallbatch('retry', first.run, ...given);
  const nothingLeft = lastLine(await smallbatch('retry', first.run, ...given));
  const missing = await smallbatch('retry', 'rows-zz', ...given);

  expect(first.items).toEqual({ total: 30, ok: 27, failed: 3, unchanged: 0 });
  expect(failedAgain).toMatchObject({
    run: first.run,
    items: { total: 30, ok: 0, failed: 3, unchanged: 27 },
  });
  expect(retried.code).toBe(0);
  expect(lastLine(retried)).toMatchObject({
    run: first.run,
    state: 'completed',
    items: { total: 30, ok: 3, failed: 0, unchanged: 27 },
  });
  expect(nothingLeft).toMatchObject({ run: first.run, unchanged: true, failures: [] });
  expect(missing).toMatchObject({ code: 2, out: '' });
});
