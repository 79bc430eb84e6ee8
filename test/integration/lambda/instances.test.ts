import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { LambdaOptions } from '../../../infra/local/lambda/service.ts';
import type { FunctionSpec } from '../../../infra/local/lambda/types.ts';
import { type Fixture, isRunning, makeFixture, startFixture } from './fixture.ts';

let fixture: Fixture;
let stop = async () => undefined as unknown;

beforeAll(async () => {
  fixture = await makeFixture();
});

afterEach(async () => await stop());
afterAll(async () => await fixture.remove());

async function start(functions: readonly FunctionSpec[], options: Partial<LambdaOptions> = {}) {
  const lambda = await startFixture(fixture, functions, { enforcement: 'poll', ...options });
  stop = lambda.stop;
  return lambda;
}

describe('instances', () => {
  test('one after the other, calls reuse the warm one', async () => {
    const lambda = await start([fixture.spec('sleep')]);

    const results = [
      await lambda.invoke('sleep', 1),
      await lambda.invoke('sleep', 1),
      await lambda.invoke('sleep', 1),
    ];

    expect(new Set(results.map(({ payload }) => payload)).size).toBe(1);
    expect(results.map(({ initMs }) => initMs > 0)).toEqual([true, false, false]);
    expect(lambda.stats()).toMatchObject([{ invocations: 3, coldStarts: 1 }]);
  });

  test('at once, each call has its own', async () => {
    const lambda = await start([fixture.spec('sleep')]);

    const results = await Promise.all([1, 2, 3].map(() => lambda.invoke('sleep', 300)));

    expect(new Set(results.map(({ payload }) => payload)).size).toBe(3);
    expect(lambda.instances()).toHaveLength(3);
  });

  test('beyond maxInstances calls wait, and an idle one of another function makes room', async () => {
    const lambda = await start([fixture.spec('sleep'), fixture.spec('echo')], { maxInstances: 1 });

    const calls = ['sleep', 'echo', 'sleep', 'echo'].map((name) => lambda.invoke(name, 20));
    const results = await Promise.all(calls);

    expect(results.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(lambda.instances()).toHaveLength(1);
  });

  test('a function at its reserved concurrency is throttled', async () => {
    const lambda = await start([fixture.spec('sleep', { reservedConcurrency: 1 })]);

    const first = lambda.invoke('sleep', 300);
    const second = lambda.invoke('sleep', 300);

    await expect(second).rejects.toMatchObject({ name: 'TooManyRequestsException', statusCode: 429 });
    expect((await first).status).toBe('ok');
    expect((await lambda.invoke('sleep', 1)).status).toBe('ok');
  });

  test('a killed instance is replaced', async () => {
    const lambda = await start([fixture.spec('sleep')]);
    const call = lambda.invoke('sleep', 60_000);
    await expect.poll(() => lambda.lines.some((line) => line.startsWith('START'))).toBe(true);

    process.kill(lambda.instances()[0]?.pid ?? Number.NaN, 'SIGKILL');
    const killed = await call;

    expect(killed).toMatchObject({ status: 'killed', signal: 'SIGKILL', errorType: 'Runtime.ExitError' });
    expect((await lambda.invoke('sleep', 1)).status).toBe('ok');
  });

  test('an instance that dies while idle is not used again', async () => {
    const lambda = await start([fixture.spec('sleep')]);
    await lambda.invoke('sleep', 1);

    process.kill(lambda.instances()[0]?.pid ?? Number.NaN, 'SIGKILL');
    await expect.poll(() => lambda.instances()).toEqual([]);

    expect(await lambda.invoke('sleep', 1)).toMatchObject({ status: 'ok', initMs: expect.any(Number) });
  });

  test('a function whose code is not there rejects, and the service goes on', async () => {
    const lambda = await start([
      fixture.spec('echo', { codeDir: `${fixture.folder}/none` }),
      fixture.spec('sleep'),
    ]);

    await expect(lambda.invoke('echo', 1)).rejects.toThrow(`echo: could not start in ${fixture.folder}/none`);

    expect((await lambda.invoke('sleep', 1)).status).toBe('ok');
  });
});

describe('asynchronous events', () => {
  test('a failing event is tried three times, then given up with its reason', async () => {
    const lambda = await start([fixture.spec('throwNow')], { asyncRetrySeconds: [0.01, 0.01] });

    await lambda.invokeAsync('throwNow', {});
    await expect
      .poll(() => lambda.lines.at(-1))
      .toMatch(/^asynchronous event given up: \S+: thrown at once$/);

    expect(lambda.stats()).toMatchObject([{ invocations: 3, errors: 3 }]);
  });

  test('one that is throttled waits for its turn', async () => {
    const lambda = await start([fixture.spec('sleep', { reservedConcurrency: 1 })]);
    const busy = lambda.invoke('sleep', 200);

    await lambda.invokeAsync('sleep', 1);
    await busy;

    await expect
      .poll(() => lambda.stats(), { timeout: 5_000 })
      .toMatchObject([{ invocations: 2, errors: 0 }]);
  });
});

describe('the end', () => {
  test('an instance that exits takes its child processes and its folder with it', async () => {
    const lambda = await start([fixture.spec('leaveChild')]);

    const { status } = await lambda.invoke('leaveChild', 'exit');

    const child = lambda.lines.find((line) => line.startsWith('child '))?.slice('child '.length);
    const [root = ''] = await readdir(fixture.stateDir);
    expect(status).toBe('exited');
    await expect.poll(() => isRunning(Number(child))).toBe(false);
    await expect.poll(() => readdir(path.join(fixture.stateDir, root))).toEqual([]);
  });

  test('stop ends what is at work and leaves neither process nor folder', async () => {
    const lambda = await start([fixture.spec('sleep'), fixture.spec('leaveChild')]);
    const { payload: grandchild } = await lambda.invoke('leaveChild', {});
    const call = lambda.invoke('sleep', 60_000);
    await expect.poll(() => lambda.lines.filter((line) => line.startsWith('START')).length).toBe(2);
    const pids = [...lambda.instances().map(({ pid }) => pid ?? 0), Number(grandchild)];

    await lambda.stop();

    expect((await call).status).toBe('killed');
    expect(await readdir(fixture.stateDir)).toEqual([]);
    await expect.poll(() => pids.filter(isRunning)).toEqual([]);
    await expect(lambda.invoke('sleep', 1)).rejects.toThrow('has been stopped');
  });
});

describe('many calls', () => {
  test('2,000 warm calls are quick and leave no trace in memory', async () => {
    const lambda = await start([fixture.spec('sleep', { handler: 'handlers.echo' })], {
      log: () => undefined,
    });
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    const times: number[] = new Array(2_000).fill(0);
    for (let call = 0; call < 200; call++) await lambda.invoke('sleep', { call });
    gc();
    const before = process.memoryUsage().heapUsed;

    for (let call = 0; call < times.length; call++) {
      const since = performance.now();
      await lambda.invoke('sleep', { call });
      times[call] = performance.now() - since;
    }
    gc();
    const grownMb = (process.memoryUsage().heapUsed - before) / 1024 / 1024;
    const median = times.sort((a, b) => a - b)[1_000] ?? Number.NaN;

    console.info(
      `warm call: median ${median.toFixed(2)} ms; heap after 2,000 calls: ${grownMb.toFixed(2)} MB more`,
    );
    expect(median).toBeLessThan(20);
    expect(grownMb).toBeLessThan(4);
  });
});
