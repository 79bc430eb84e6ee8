import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { toGuestSpec } from '../../infra/local/lambda/guest.ts';
import type { LocalStack } from '../../infra/local/local-stack.ts';
import { readResult, readRows, runAgain, runList, uploadList } from '../support/kinds/list-run.ts';
import { startTestStack, synthTestStack, type TestStack } from '../support/stack/local-stack.ts';
import { readManifest, waitForEnd } from '../support/stack/toy-run.ts';

const MODULE = join(import.meta.dirname, '..', 'support', 'kinds', 'rows-function.mjs');
const OPTIONS = { function: 'rows-function', clusterItems: 2 };
let folder: string;
let synthesised: TestStack;
let stack: LocalStack;

vi.setConfig({ testTimeout: 150_000, hookTimeout: 150_000 });
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smallbatch-rows-'));
  process.env.ROWS_LOG = join(folder, 'log.jsonl');
  await writeFile(join(folder, 'a.txt'), 'a');
  synthesised = await synthTestStack([], {
    functions: { rows: ['rows-function', 'command'] },
    buckets: { rows: ['lists/'] },
  });
  const command =
    'cat > "$ROWS_FOLDER/items"; echo begun; echo \'{"results":[{"ok":{cluster}},{"error":"{offset} {limit}"}]}\'';
  process.env.ROWS_FOLDER = folder;
  const guests = [
    await toGuestSpec({ module: MODULE, memoryMb: 256 }, folder),
    await toGuestSpec({ command, memoryMb: 256 }, folder),
  ];
  stack = await startTestStack(synthesised, { guests, folders: [{ name: 'lists', folder }] });
});
afterAll(async () => {
  await stack?.stop();
  await synthesised?.remove();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => rm(join(folder, 'log.jsonl'), { force: true }));

async function calls(): Promise<Record<string, unknown>[]> {
  const text = await readFile(join(folder, 'log.jsonl'), 'utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

const toLines = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

test('each way in which a function fails has its own code; only what failed is sent again', async () => {
  const misdeeds = ['ok', 'throw', 'hang', 'throttle', 'nonsense', 'large', 'short', 'some', 'kill', 'exit'];
  const rows = misdeeds.flatMap((does, n) => [0, 1].map((more) => ({ n: 2 * n + more, does })));
  const list = await uploadList('rows/faults/list.jsonl', toLines(rows), { ...OPTIONS, timeout: 2 });

  const run = await waitForEnd(list.id, 120);
  const sent = await calls();
  const results = await readRows('rows/faults/results/rows.jsonl');
  await rm(join(folder, 'log.jsonl'));
  const again = await runAgain(list, 2);

  const codes = Object.fromEntries(
    results.map(({ row, error }) => [row, (error as { code?: string })?.code]),
  );
  expect(run.items).toEqual({ total: 20, ok: 5, failed: 15, unchanged: 0 });
  expect(run.clusters).toBe(10);
  expect(codes).toMatchObject({
    ...{ 0: undefined, 1: undefined, 2: 'FUNCTION_ERROR', 3: 'FUNCTION_ERROR', 4: 'FUNCTION_TIMEOUT' },
    ...{ 6: undefined, 7: undefined, 8: 'RESULT_INVALID', 10: 'RESULT_TOO_LARGE', 12: 'RESULT_COUNT' },
    ...{ 14: undefined, 15: 'ROW_FAILED', 16: 'FUNCTION_CRASHED', 18: 'FUNCTION_CRASHED' },
  });
  // a throttle is another call of the same rows, and no attempt
  expect(sent.filter(({ cluster }) => cluster === 3)).toHaveLength(3);
  expect(again.items).toMatchObject({ total: 20, unchanged: 5 });
  const resent = (await calls()).flatMap(({ items }) => (items as { n: number }[]).map(({ n }) => n));
  expect(resent.toSorted((a, b) => a - b)).toEqual([2, 3, 4, 5, 8, 9, 10, 11, 12, 13, 15, 16, 17, 18, 19]);
});

test('the failure says what the function said, and which row it was', async () => {
  const run = await runList('rows/says/list.jsonl', toLines([{ does: 'throw' }]), OPTIONS);

  const [result] = await readManifest(run);
  expect(result?.failure).toEqual({ code: 'FUNCTION_ERROR', message: 'line 1: TypeError: seven' });
});

test('bad lines fail alone by default; a strict run sends nothing', async () => {
  const text = '{"n":1}\n{"n":\n{"n":3}\n';

  const lenient = await runList('rows/lenient/list.jsonl', text, OPTIONS);
  await rm(join(folder, 'log.jsonl'));
  const strict = await runList('rows/strict/list.jsonl', text, { ...OPTIONS, strict: true });

  expect(lenient.items).toMatchObject({ total: 3, ok: 2, failed: 1 });
  expect(strict).toMatchObject({ state: 'failed', failure: { code: 'LIST_LINE_INVALID' } });
  expect(strict.failure?.message).toContain('line 2, byte 8');
  await expect(calls()).rejects.toThrow('ENOENT');
});

test('a virtual list is ranges; its clusters keep their numbers when only some are run again', async () => {
  const list = await uploadList('rows/virtual/list.json', '{"count": 10}', { ...OPTIONS, clusterItems: 3 });

  const run = await waitForEnd(list.id, 60);

  expect(run).toMatchObject({ state: 'completed', clusters: 4, items: { total: 10, ok: 10 } });
  const ranges = (await calls()).map(({ cluster, clusters, offset, limit }) => [
    cluster,
    clusters,
    offset,
    limit,
  ]);
  expect(ranges.toSorted()).toEqual([
    [0, 4, 0, 3],
    [1, 4, 3, 3],
    [2, 4, 6, 3],
    [3, 4, 9, 1],
  ]);
});

test('a command gets the items as their own bytes, and its last line is the results', async () => {
  const text = '{"id":9007199254740993,"p":1.10}\n{"k":1,"k":2}\n';

  const run = await runList('rows/command/list.jsonl', text, { ...OPTIONS, function: 'command' });

  expect(await readFile(join(folder, 'items'), 'utf8')).toBe(
    '[{"id":9007199254740993,"p":1.10},{"k":1,"k":2}]',
  );
  expect(run.items).toMatchObject({ ok: 1, failed: 1 });
  const results = await readRows('rows/command/results/rows.jsonl');
  expect(results).toMatchObject([{ result: 0 }, { error: { message: 'line 2: 0 2' } }]);
});

test('DuckDB reads the results as they lie', async () => {
  const rows = [{ n: 1, does: 'some' }, { n: 2 }, { n: 4, does: 'ok' }];
  await runList('rows/duckdb/list.jsonl', toLines(rows), OPTIONS);
  const file = join(folder, 'duckdb.jsonl');
  await writeFile(file, await readResult('rows/duckdb/results/rows.jsonl'));

  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const found = await connection.runAndReadAll(
    `select status, count(*)::int as rows, any_value(error.code) as code from read_json_auto('${file}') group by 1 order by 1`,
  );

  expect(found.getRowObjectsJson()).toEqual([
    { status: 'failed', rows: 1, code: 'ROW_FAILED' },
    { status: 'ok', rows: 2, code: null },
  ]);
});

test('a row is known by its bytes: what moved is unchanged, doubled lines are rows of their own, a sample counts', async () => {
  const first = await runList('rows/moved/list.jsonl', '1\n1\n2\n3\n', { ...OPTIONS, first: 3 });
  await rm(join(folder, 'log.jsonl'));

  const second = await runList('rows/moved/list.jsonl', '0\n1\n2\n1\n1\n4\n', OPTIONS);

  expect(first.items).toMatchObject({ total: 3, ok: 3 });
  expect(second.items).toEqual({ total: 6, ok: 3, failed: 0, unchanged: 3 });
  expect((await calls()).flatMap(({ items }) => items).toSorted()).toEqual([0, 1, 4]);
});

test('too many failures end the calls; what was not run is told apart and run by the next', async () => {
  const rows = Array.from({ length: 200 }, (_, n) => ({ n: 2 * n + 1, does: 'some', ms: 50 }));
  const list = await uploadList('rows/tolerated/list.jsonl', toLines(rows), { ...OPTIONS, tolerated: 3 });

  const run = await waitForEnd(list.id, 60);

  const summary = JSON.parse(await readResult('rows/tolerated/summary.json'));
  expect(run.items).toMatchObject({ total: 200, ok: 0, failed: 200 });
  expect(summary.rows.failed).toBeGreaterThan(3);
  expect(summary.rows.notRun).toBeGreaterThan(0);
  expect(summary.rows.failed + summary.rows.notRun).toBe(200);
  expect(await calls()).toHaveLength(summary.rows.failed / 2);
});

test('objects below a prefix that the config allows are rows; any other prefix is refused', async () => {
  const options = { ...OPTIONS, format: 's3-prefix' };

  const allowed = await runList('rows/prefix/list.json', '{"prefix":"s3://lists/a"}', options);
  const refused = await runList('rows/other/list.json', '{"prefix":"s3://other/"}', options);

  expect(allowed.items).toMatchObject({ total: 1, ok: 1 });
  expect((await calls())[0]?.items).toMatchObject([{ Bucket: 'lists', Key: 'a.txt', Size: 1 }]);
  expect(refused).toMatchObject({ state: 'failed', failure: { code: 'ADDRESS_REFUSED' } });
});

test('a function that the config does not name is refused, row by row', async () => {
  const run = await runList('rows/refused/list.jsonl', '1\n', { ...OPTIONS, function: 'sweep' });

  const [result] = await readManifest(run);
  expect(result?.failure?.code).toBe('FUNCTION_REFUSED');
  expect(stack.refusals.size).toBe(0);
});
