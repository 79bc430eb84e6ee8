import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PulpPrograms } from './install.ts';
import { toSettings } from './settings.ts';

const run = promisify(execFile);
const PASSWORD = 'admin';

/** A Pulp of its own, empty: database, API and content servers, one worker; all on 127.0.0.1. */
export interface PulpServer extends AsyncDisposable {
  /** Of the API, without a slash at its end. */
  readonly url: string;
  /** The value of `Authorization` for its admin. */
  readonly authorization: string;
  readonly workerPid: number;
  readonly databasePid: number;
}

/** @throws Error with the last lines of the log of what did not start */
export async function startPulp(programs: PulpPrograms): Promise<PulpServer> {
  const root = await mkdtemp(join(tmpdir(), 'smallbatch-pulp-'));
  await chmod(root, 0o755);
  const [database, api, content] = [await freePort(), await freePort(), await freePort()];
  const children: ChildProcess[] = [];
  try {
    const postgres = await startPostgres(programs.postgres, root, database);
    children.push(postgres);
    const env = await prepare(programs.pulp, root, { database, api, content });
    const start = async (name: string, ...args: string[]): Promise<ChildProcess> => {
      const log = await open(join(root, `${name}.log`), 'w');
      const child = spawn(join(programs.pulp, name), args, { env, stdio: ['ignore', log.fd, log.fd] });
      await log.close();
      children.push(child);
      return child;
    };
    await start('pulpcore-api', '--bind', `127.0.0.1:${api}`, '--workers', '1');
    await start('pulpcore-content', '--bind', `127.0.0.1:${content}`, '--workers', '1');
    const worker = await start('pulpcore-worker');
    const url = `http://127.0.0.1:${api}`;
    await untilReady(`${url}/pulp/api/v3/status/`);
    return {
      url,
      authorization: `Basic ${Buffer.from(`admin:${PASSWORD}`).toString('base64')}`,
      workerPid: worker.pid ?? 0,
      databasePid: postgres.pid ?? 0,
      [Symbol.asyncDispose]: () => stopAll(children, root),
    };
  } catch (error) {
    await stopAll(children, root);
    throw error;
  }
}

/** PostgreSQL refuses to run as root; Debian's package brings a user for it. */
async function startPostgres(programs: string, root: string, port: number): Promise<ChildProcess> {
  const isRoot = process.getuid?.() === 0;
  const data = join(root, 'database');
  await mkdir(data, { mode: 0o700 });
  if (isRoot) await run('chown', ['postgres', data]);
  const as = (program: string, args: string[]): [string, string[]] =>
    isRoot ? ['runuser', ['-u', 'postgres', '--', program, ...args]] : [program, args];
  await run(...as(join(programs, 'initdb'), ['-D', data, '-U', 'pulp', '--auth=trust', '--no-sync']));
  const args = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', data, '-F'];
  const child = spawn(...as(join(programs, 'postgres'), args), { stdio: 'ignore' });
  const isReady = () => run(join(programs, 'pg_isready'), ['-h', '127.0.0.1', '-p', String(port)]);
  for (let attempt = 0; ; attempt++) {
    try {
      await isReady();
      break;
    } catch (error) {
      if (attempt > 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  await run(join(programs, 'createdb'), ['-h', '127.0.0.1', '-p', String(port), '-U', 'pulp', 'pulp']);
  return child;
}

async function prepare(
  pulp: string,
  root: string,
  ports: { database: number; api: number; content: number },
) {
  for (const folder of ['media', 'static', 'tmp', 'certs']) await mkdir(join(root, folder));
  const key = join(root, 'certs', 'database_fields.symmetric.key');
  // Fernet wants the padding
  await writeFile(key, `${randomBytes(32).toString('base64url')}=`);
  const settings = join(root, 'settings.py');
  await writeFile(settings, toSettings(root, key, ports));
  const env = { ...process.env, PULP_SETTINGS: settings, PATH: `${pulp}:${process.env.PATH}` };
  const manage = (...args: string[]) =>
    run(join(pulp, 'pulpcore-manager'), args, { env, timeout: 600_000, maxBuffer: 2 ** 26 });
  await manage('migrate', '--noinput');
  await manage('reset-admin-password', '--password', PASSWORD);
  return env;
}

async function untilReady(url: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const reply = await fetch(url).catch(() => undefined);
    if (reply?.ok) return;
    if (attempt > 300) throw new Error(`expected ${url} to answer, found ${reply?.status ?? 'nothing'}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function stopAll(children: readonly ChildProcess[], root: string): Promise<void> {
  for (const child of children.toReversed()) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGINT');
    const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(timer);
  }
  await rm(root, { recursive: true, force: true });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('expected a port');
  return address.port;
}
