import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  type EnforcedLambdaService,
  type LambdaOptions,
  startLambda,
} from '../../../infra/local/lambda/service.ts';
import type { FunctionSpec } from '../../../infra/local/lambda/types.ts';

/** Handlers that misbehave in every way, as the code folder of a function. */
const HANDLERS = `
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

export const echo = async (event, context) => ({ event, context, pid: process.pid });
export const nothing = async () => undefined;
export const environment = async () => process.env;
export const remaining = async (ms, context) => {
  const before = context.getRemainingTimeInMillis();
  await delay(ms);
  return [before, context.getRemainingTimeInMillis()];
};
export const print = async (text) => { process.stdout.write(text); };
export const lastWords = async (text) => { process.stdout.write(text); process.exit(1); };
export const throwNow = () => { throw new TypeError('thrown at once'); };
export const throwLater = async () => { await delay(5); throw new RangeError('thrown later'); };
export const throwText = async () => { throw 'just text'; };
export const reject = async () => { Promise.reject(new Error('nobody waits')); await delay(5_000); };
export const throwBeside = async () => { setTimeout(() => { throw new Error('beside'); }); await delay(5_000); };
export const callback = (event, context, done) => done(null, event);
export const sleep = async (ms) => { await delay(ms); return process.pid; };
export const spin = () => { for (;;); };
export const exit = async (code) => process.exit(code);
export const abort = async () => process.abort();
export const big = async (bytes) => 'x'.repeat(bytes);
export const scratch = async (mb) => { writeFileSync(process.env.TMPDIR + '/file', Buffer.alloc(mb << 20)); };
export const touch = async (mb) => { Buffer.alloc(mb << 20, 1); return process.pid; };
export const fill = async () => {
  const held = [];
  for (;;) { held.push(Buffer.alloc(8 << 20, 1)); await delay(1); }
};
export const childFills = async () => {
  const code = 'const held = []; for (;;) held.push(Buffer.alloc(8 << 20, 1));';
  const child = spawn(process.execPath, ['-e', code], { stdio: 'ignore' });
  return await once(child, 'exit');
};
export const leaveChild = async (event) => {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  console.log('child ' + child.pid);
  if (event === 'spin') for (;;);
  if (event === 'exit') process.exit(0);
  return child.pid;
};
`;

export interface Fixture {
  readonly folder: string;
  readonly stateDir: string;
  spec(name: string, overrides?: Partial<FunctionSpec>): FunctionSpec;
  remove(): Promise<void>;
}

export async function makeFixture(): Promise<Fixture> {
  const folder = await mkdtemp(path.join(tmpdir(), 'smallbatch-lambda-'));
  await writeFile(path.join(folder, 'handlers.js'), HANDLERS);
  await writeFile(path.join(folder, 'broken.js'), 'export const handler = async () => {');
  await writeFile(path.join(folder, 'lost.js'), "import './not-there.js'; export const handler = 1;");
  await writeFile(path.join(folder, 'failing.js'), "throw new URIError('at import');");
  return {
    folder,
    stateDir: path.join(folder, 'state'),
    spec: (name, overrides) => ({
      name,
      handler: `handlers.${name}`,
      codeDir: folder,
      memoryMb: 256,
      timeoutSeconds: 10,
      ephemeralMb: 512,
      environment: {},
      ...overrides,
    }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A service that keeps its log lines; ended and removed by the caller's `stop`. */
export async function startFixture(
  fixture: Fixture,
  functions: readonly FunctionSpec[],
  options: Partial<LambdaOptions> = {},
): Promise<EnforcedLambdaService & { readonly lines: string[] }> {
  const lines: string[] = [];
  const log = (line: string) => lines.push(line);
  const service = await startLambda({ functions, stateDir: fixture.stateDir, log, ...options });
  return { ...service, lines };
}

/** A killed process that nobody has waited for yet is a zombie, which runs nothing. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}
