import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** How a process's memory can be read on this platform; null means not at all (Windows). */
export type RssMethod = 'proc' | 'ps' | null;

export function rssMethod(): RssMethod {
  if (existsSync('/proc/self/status')) return 'proc';
  return process.platform === 'win32' ? null : 'ps';
}

/**
 * Peak RSS of a process in kB: `VmHWM` of /proc/<pid>/status, which the kernel keeps, so that a peak between two looks
 * counts too. 0 when the process is gone (a zombie has no memory lines).
 */
export function readPeakRssKb(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
  } catch (error) {
    if (isGone(error)) return 0;
    throw error;
  }
}

/** RSS in kB of many processes by one `ps`, for systems without /proc; what is gone is left out. */
export function readRssKbByPs(pids: readonly number[]): ReadonlyMap<number, number> {
  const output = psOutput(pids);
  const pairs = [...output.matchAll(/^\s*(\d+)\s+(\d+)\s*$/gm)];
  return new Map(pairs.map(([, pid, rss]) => [Number(pid), Number(rss)]));
}

function psOutput(pids: readonly number[]): string {
  try {
    return execFileSync('ps', ['-o', 'pid=,rss=', '-p', pids.join(',')], { encoding: 'latin1' });
  } catch (error) {
    // ps exits with 1 when none of the processes is there any more.
    if (error instanceof Error && 'status' in error && error.status === 1) return '';
    throw error;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH');
}
