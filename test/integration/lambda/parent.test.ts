import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Fixture, isRunning, makeFixture, startFixture } from './fixture.ts';

const SERVICE = new URL('../../../infra/local/lambda/service.ts', import.meta.url).href;
const BOOTSTRAP = fileURLToPath(new URL('../../../infra/local/lambda/bootstrap.js', import.meta.url));

let fixture: Fixture;

beforeAll(async () => {
  fixture = await makeFixture();
});

afterAll(async () => await fixture.remove());

/** A process of its own that runs a service with all functions at work, until it is killed. */
async function startParent(): Promise<{ readonly parent: ChildProcess; readonly pids: readonly number[] }> {
  const specs = ['sleep', 'spin', 'leaveChild', 'echo'].map((name) =>
    fixture.spec(name, { timeoutSeconds: 60 }),
  );
  const script = path.join(fixture.folder, 'parent.mjs');
  await writeFile(
    script,
    `import { startLambda } from ${JSON.stringify(SERVICE)};
    const log = (line) => console.log(line);
    const lambda = await startLambda({ functions: ${JSON.stringify(specs)}, stateDir: ${JSON.stringify(fixture.stateDir)}, log });
    await lambda.invoke('echo', 'idle');
    for (const name of ['sleep', 'spin']) lambda.invoke(name, 60_000);
    lambda.invoke('leaveChild', 'spin');
    setInterval(() => console.log('pids ' + lambda.instances().map(({ pid }) => pid).join(' ')), 50);`,
  );
  const parent = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  return { parent, pids: await readPids(parent) };
}

/** Reads until all four instances had work (one idles again), and the pid of the last one's own child is known. */
async function readPids(parent: ChildProcess): Promise<readonly number[]> {
  let started = 0;
  let grandchild: number | undefined;
  for await (const line of createInterface({ input: parent.stdout ?? process.stdin })) {
    const [word, ...rest] = line.split(' ');
    if (word === 'START') started += 1;
    if (word === 'child') grandchild = Number(rest[0]);
    if (word === 'pids' && started === 4 && grandchild) return [...rest.map(Number), grandchild];
  }
  throw new Error('The parent ended before its functions were at work.');
}

test.skipIf(process.platform === 'win32')(
  'kill -9 of the parent alone ends every function within 2 s, also one that computes without a pause',
  async () => {
    const { parent, pids } = await startParent();
    expect(pids.filter(isRunning)).toEqual(pids);

    parent.kill('SIGKILL');

    await expect.poll(() => pids.filter(isRunning), { timeout: 2_000 }).toEqual([]);
  },
);

test('the next service removes the folders of the killed one', async () => {
  const { parent } = await startParent();
  const ended = once(parent, 'exit');
  parent.kill('SIGKILL');
  await ended;

  const next = await startFixture(fixture, [fixture.spec('echo')]);
  const { payload } = await next.invoke('echo', 'again');
  await next.stop();

  expect(payload).toMatchObject({ event: 'again' });
  expect(await readdir(fixture.stateDir)).toEqual([]);
});

test('the runtime follows the Runtime API of any server, and ends as soon as the pipe from its parent closes', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.setHeader('Lambda-Runtime-Aws-Request-Id', `call-${asked.length}`).end('60000');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const child = spawn(process.execPath, [BOOTSTRAP], {
    env: {
      _HANDLER: 'handlers.sleep',
      LAMBDA_TASK_ROOT: fixture.folder,
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
    },
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  await expect.poll(() => asked, { timeout: 5_000 }).toEqual(['GET /2018-06-01/runtime/invocation/next']);

  const ended = once(child, 'exit');
  child.stdio[3]?.destroy();

  expect(await ended).toEqual([null, 'SIGKILL']);
  server.closeAllConnections();
  server.close();
});
