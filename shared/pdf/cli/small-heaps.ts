/** Runs a program as the functions run it: with heaps that stay small over hundreds of pages. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { HEAP_ENVIRONMENT, toHeapFlags } from '../../process/memory/heap-flags.ts';

/** Of the functions that convert pages. */
const MEMORY_MB = 512;
/** A shell's exit code for a signal is this much and its number. */
const SIGNALLED = 128;

const flags = toHeapFlags(MEMORY_MB);

/** V8 takes them for its first thread, and malloc its environment, at the start of the process alone. */
export function hasSmallHeaps(): boolean {
  return flags.every((flag) => process.execArgv.includes(flag));
}

/** The program `path` in a process with small heaps, at this one's streams; gives its exit code. */
export async function runWithSmallHeaps(path: string, argv: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [...process.execArgv, ...flags, path, ...argv], {
    stdio: 'inherit',
    env: { ...process.env, ...HEAP_ENVIRONMENT },
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return code ?? SIGNALLED + (signal ? constants.signals[signal] : 0);
}
