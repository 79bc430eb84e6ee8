import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { toEnvironment, toNodeCommand } from './launch.ts';
import { forEachLine } from './lines.ts';
import type { MemoryCell, MemoryLimiter } from './memory-limit.ts';
import { killTree } from './process-tree.ts';
import { removeScratch } from './scratch.ts';
import type { FunctionSpec } from './types.ts';
import type { Watchdog } from './watchdog.ts';

/** The last lines of an ended process are waited for this long: a grandchild that escaped may hold the pipe open. */
const LAST_LINES_MS = 500;

/** What all processes of a service share. */
export interface Workshop {
  readonly scratchRoot: string;
  readonly memory: MemoryLimiter;
  readonly watchdog: Watchdog;
}

export interface LaunchOptions {
  readonly spec: FunctionSpec;
  readonly number: number;
  /** AWS_LAMBDA_RUNTIME_API of this one process. */
  readonly runtimeApi: string;
  readonly onLine: (line: string) => void;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Killed for its memory, by the kernel or by the watch. */
  readonly outOfMemory: boolean;
  readonly peakRssMb: number;
}

export interface FunctionProcess {
  readonly pid: number;
  readonly scratch: string;
  /** Resolves when the process has ended and its last lines are out. */
  readonly exit: Promise<Exit>;
  peakRssMb(): number;
  readonly kill: () => void;
  /** Gives back what it held: memory group, scratch folder, places on the watch lists. Call after `exit`. */
  release(): Promise<void>;
}

/** Starts one instance's process with its memory limit, its own scratch folder and a pipe that tells it of our end. */
export async function launch(workshop: Workshop, options: LaunchOptions): Promise<FunctionProcess> {
  const scratch = path.join(workshop.scratchRoot, `${options.spec.name}-${options.number}`);
  await mkdir(scratch);
  const cell = await workshop.memory.open(
    options.spec.memoryMb,
    toNodeCommand(options.spec.memoryMb, options.spec.runtime),
  );
  const child = start(options, cell, scratch);
  const pid = await startedPid(child, cell, options.spec);
  const exit = once(child, 'exit');
  let isOver = false;
  cell.watch(pid);
  workshop.watchdog.add(pid);
  return {
    pid,
    scratch,
    exit: exit.then(async ([code, signal]) => {
      isOver = true;
      return { ...(await finish(child, pid, cell)), code, signal };
    }),
    peakRssMb: () => cell.peakMb(),
    // Not after its end: the pid may be another's by then.
    kill: () => isOver || killTree(pid),
    release: async () => {
      workshop.watchdog.remove(pid);
      await cell.release();
      await removeScratch(scratch);
    },
  };
}

function start(options: LaunchOptions, cell: MemoryCell, scratch: string): ChildProcess {
  const [command = '', ...args] = cell.command;
  const { spec, number, runtimeApi, onLine } = options;
  const child = spawn(command, args, {
    cwd: spec.workDir ?? spec.codeDir,
    env: toEnvironment(spec, { runtimeApi, scratch, number }),
    // A group of its own: Ctrl-C in a terminal reaches the service alone, which then ends its instances in order.
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  for (const output of outputsOf(child)) forEachLine(output, onLine);
  // A process that is killed resets its end of the pipe; its end is seen by `exit`.
  child.stdio[3]?.on('error', () => child.stdio[3]?.destroy());
  return child;
}

async function startedPid(child: ChildProcess, cell: MemoryCell, spec: FunctionSpec): Promise<number> {
  try {
    await once(child, 'spawn');
    if (child.pid !== undefined) return child.pid;
  } catch (cause) {
    await cell.release();
    throw new Error(`${spec.name}: could not start in ${spec.codeDir}: ${cause}`, { cause });
  }
  throw new Error(`${spec.name}: expected a pid of a started process, found none`);
}

/** Ends what the process left behind, reads its last lines, and learns why it ended. */
async function finish(child: ChildProcess, pid: number, cell: MemoryCell) {
  killTree(pid);
  const ended = Promise.all(outputsOf(child).map((output) => output.closed || once(output, 'close')));
  await Promise.race([ended, delay(LAST_LINES_MS, undefined, { ref: false })]);
  for (const output of outputsOf(child)) output.destroy();
  child.stdio[3]?.destroy();
  return await cell.ending();
}

function outputsOf(child: ChildProcess): readonly Readable[] {
  return [child.stdout, child.stderr].filter((output) => output !== null);
}
