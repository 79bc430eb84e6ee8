import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { sdkEnvironment } from '../../../infra/local/lambda/function-specs.ts';
import { OUTSIDE } from '../../../infra/local/local-stack.ts';
import { readTemplate } from '../../../infra/local/template.ts';
import { pointAt, type TestStack } from './local-stack.ts';

/** A port that is free now; a stack that is started again at it is found by clients that knew it before. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('expected a TCP address');
  return address.port;
}

/** Starts a stack in a process group of its own, waits until it is ready, and points this process's SDK at it. */
export async function startKillableStack(
  { templateFile, codeDir }: TestStack,
  stateDir: string,
  port: number,
): Promise<ChildProcess> {
  const script = join(import.meta.dirname, 'stack-process.ts');
  const child = spawn(process.execPath, [script, templateFile, codeDir, stateDir, String(port)], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await readyLine(child.stdout);
  const endpoint = `http://127.0.0.1:${port}`;
  pointAt(await readTemplate(templateFile, endpoint), sdkEnvironment(OUTSIDE, endpoint));
  return child;
}

async function readyLine(output: Readable): Promise<void> {
  const lines = createInterface({ input: output });
  const line = await Promise.race([once(lines, 'line').then(String), once(lines, 'close').then(() => 'end')]);
  if (line !== 'ready') throw new Error(`expected the stack to be ready, found ${line}`);
}

/** kill -9 of the process group: nothing in it can clean up. */
export async function killHard(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) throw new Error('expected a process that runs');
  const exit = once(child, 'exit');
  process.kill(-child.pid, 'SIGKILL');
  await exit;
}
