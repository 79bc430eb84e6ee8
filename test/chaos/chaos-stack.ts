import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Faults } from '../../infra/local/faults/rules.ts';
import { sdkEnvironment } from '../../infra/local/lambda/function-specs.ts';
import { OUTSIDE } from '../../infra/local/local-stack.ts';
import { readTemplate } from '../../infra/local/template.ts';
import { pointAt } from '../support/stack/local-stack.ts';

export interface ChildOptions {
  readonly templateFile: string;
  readonly codeDir: string;
  readonly stateDir: string;
  readonly port: number;
  readonly concurrency: number;
  readonly faults: Faults;
  readonly duplicates: boolean;
  /** When the clock is set (epoch, ms), and by how much. */
  readonly clock: { readonly atMs: number; readonly offsetMs: number } | undefined;
  readonly logFile: string;
  readonly secrets: readonly (readonly [string, string])[];
  /** Has sweep send what open runs lack, as the command line does. */
  readonly isRestarted: boolean;
}

/** A "Run Completed" event, and whether the run's record said that it has ended when it came. */
export interface Told {
  readonly detail: Readonly<Record<string, unknown>>;
  readonly hasEnded: boolean;
}

export interface Stats {
  readonly injected: Readonly<Record<string, number>>;
  readonly refusals: Readonly<Record<string, number>>;
  readonly requests: Readonly<Record<string, number>>;
  readonly depths: Readonly<Record<string, number>>;
  readonly kills: number;
}

/** A stack that can be killed at any moment. */
export class ChaosStack {
  readonly told: Told[] = [];
  readonly #child: ChildProcess;
  readonly #waiting = new Map<string, (value: unknown) => void>();
  #isDead = false;

  static async start(options: ChildOptions): Promise<ChaosStack> {
    const args = [join(import.meta.dirname, 'stack-child.ts'), JSON.stringify(options)];
    const errors = openSync(options.logFile, 'a');
    const child = spawn(process.execPath, args, {
      detached: true,
      stdio: ['pipe', 'pipe', errors],
      env: { ...process.env, ...toClockEnvironment(options) },
    });
    const stack = new ChaosStack(child);
    if ((await stack.#answer('ready')) === undefined)
      throw new Error(`expected a stack that starts; see ${options.logFile}`);
    const endpoint = `http://127.0.0.1:${options.port}`;
    pointAt(await readTemplate(options.templateFile, endpoint), sdkEnvironment(OUTSIDE, endpoint));
    return stack;
  }

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.once('exit', () => {
      this.#isDead = true;
      for (const resolve of this.#waiting.values()) resolve(undefined);
    });
    if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => this.#take(line));
  }

  /** Undefined when the stack is dead. */
  async stats(): Promise<Stats | undefined> {
    return (await this.#ask('stats', 'stats')) as Stats | undefined;
  }

  async sweep(): Promise<void> {
    await this.#ask('sweep', 'swept');
  }

  /** kill -9 of the stack and its functions. */
  async kill(): Promise<void> {
    if (this.#isDead || this.#child.pid === undefined) return;
    const exit = once(this.#child, 'exit');
    const pids = this.functions();
    process.kill(-this.#child.pid, 'SIGKILL');
    for (const { pid } of pids) killIfThere(pid);
    await exit;
  }

  /** The functions' processes, with their memory sizes. */
  functions(): { readonly pid: number; readonly name: string; readonly memoryMb: number }[] {
    return readdirSync('/proc').flatMap((name) => {
      const environment = /^\d+$/.test(name) ? readFunction(Number(name), this.#child.pid) : undefined;
      const memoryMb = /AWS_LAMBDA_FUNCTION_MEMORY_SIZE=(\d+)/.exec(environment ?? '')?.[1];
      const called = /AWS_LAMBDA_FUNCTION_NAME=([^\0]*)/.exec(environment ?? '')?.[1] ?? '';
      return memoryMb === undefined ? [] : [{ pid: Number(name), name: called, memoryMb: Number(memoryMb) }];
    });
  }

  /** RSS of every process, the highest of each function's (MB). */
  memory(): ReadonlyMap<string, number> {
    const found = new Map([['stack', readRssMb(this.#child.pid ?? 0)]]);
    for (const { pid, name } of this.functions())
      found.set(name, Math.max(found.get(name) ?? 0, readRssMb(pid)));
    return found;
  }

  /** Processor time of every function's process so far, by pid. */
  cpuSeconds(): readonly { readonly pid: number; readonly name: string; readonly seconds: number }[] {
    return this.functions().map(({ pid, name }) => ({ pid, name, seconds: readCpuSeconds(pid) }));
  }

  #take(line: string): void {
    const space = line.indexOf(' ');
    const what = line.slice(0, space);
    const value: unknown = JSON.parse(line.slice(space + 1));
    if (what === 'event') this.told.push(value as Told);
    this.#waiting.get(what)?.(value);
    this.#waiting.delete(what);
  }

  async #answer(what: string): Promise<unknown> {
    if (this.#isDead) return undefined;
    const { promise, resolve } = Promise.withResolvers<unknown>();
    this.#waiting.set(what, (value) => resolve(value));
    return await promise;
  }

  async #ask(line: string, what: string): Promise<unknown> {
    const answer = this.#answer(what);
    if (!this.#isDead) this.#child.stdin?.write(`${line}\n`);
    return await answer;
  }
}

/** Has a process of the stack look at the clock that is set. */
export const toClockEnvironment = ({ clock }: Pick<ChildOptions, 'clock'>): Record<string, string> => ({
  NODE_OPTIONS: `--import=${join(import.meta.dirname, 'clock.mjs')}`,
  CHAOS_CLOCK: JSON.stringify(clock ?? {}),
});

/** Ends a process that may have ended by itself meanwhile. */
export function killIfThere(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}

/** A child's environment if it runs a function; processes come and go while they are looked at. */
function readFunction(pid: number, parent: number | undefined): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [, ppid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(ppid) === parent ? readFileSync(`/proc/${pid}/environ`, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}

function readRssMb(pid: number): number {
  try {
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024);
  } catch {
    return 0;
  }
}

/** Of user and system, in the kernel's ticks of 10 ms (proc(5), fields 14 and 15). */
function readCpuSeconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}
