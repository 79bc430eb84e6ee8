import { readFileSync } from 'node:fs';

/**
 * The process's highest resident memory in bytes. On Linux from /proc: what getrusage says there may be the parent's, since a
 * child begins as its copy.
 */
export function peakRssBytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1_024;
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  if (kib === undefined) throw new Error('expected VmHWM in /proc/self/status, found none');
  return Number(kib) * 1_024;
}
