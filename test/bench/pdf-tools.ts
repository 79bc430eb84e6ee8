/** The native tools on one PDF: pages, CPU and memory, as the kernel counts them. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Mode } from './pdf-documents.ts';

export interface Tool {
  readonly name: string;
  readonly mode: Mode;
  readonly command: string;
  /** Of a long document it gets the first pages only; the rate is the same and it takes minutes for all. */
  readonly maxPages?: number;
  /** It can't work through a document more than once. */
  readonly isOncePerRun?: boolean;
  /** Pages 1 to `pages`, `passes` times. */
  args(path: string, pages: number, passes: number): string[];
}

export interface ToolRun {
  readonly ms: number;
  /** Undefined where /proc does not tell. */
  readonly cpuMs: number | undefined;
  readonly peakMb: number | undefined;
}

const DPI = '150';
const TIMEOUT_MS = 300_000;
const POLL_MS = 5;
/** Linux counts CPU time in hundredths of a second for programs, whatever the kernel's own tick. */
const MS_PER_TICK = 10;
/** Fields of /proc/PID/stat after the name in brackets, which may hold blanks: user and system time. */
const STAT_TIMES = { user: 11, system: 12 };

export const TOOLS: readonly Tool[] = [
  {
    name: 'mutool draw -r 150 -c gray -F png',
    mode: 'render',
    command: 'mutool',
    args: (path, pages, passes) => [
      ...['draw', '-q', '-r', DPI, '-c', 'gray', '-F', 'png', '-o', '/dev/null', path],
      Array.from({ length: passes }, () => `1-${pages}`).join(','),
    ],
  },
  {
    name: 'pdftoppm -r 150 -gray -png',
    mode: 'render',
    command: 'pdftoppm',
    maxPages: 60,
    isOncePerRun: true,
    // Without a name for the files, it writes to the standard output.
    args: (path, pages) => ['-r', DPI, '-gray', '-png', '-l', String(pages), path],
  },
  {
    name: 'mutool draw -F text (text only, no Markdown)',
    mode: 'text',
    command: 'mutool',
    args: (path, pages, passes) => [
      ...['draw', '-q', '-F', 'text', '-o', '/dev/null', path],
      Array.from({ length: passes }, () => `1-${pages}`).join(','),
    ],
  },
];

export function isInstalled(command: string): boolean {
  try {
    execFileSync('which', [command], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** @throws Error when the tool fails or takes more than five minutes */
export async function runTool(command: string, args: readonly string[]): Promise<ToolRun> {
  const start = performance.now();
  const child = spawn(command, [...args], { stdio: 'ignore', timeout: TIMEOUT_MS });
  let usage: Usage | undefined;
  const timer = setInterval(() => {
    usage = readUsage(child.pid) ?? usage;
  }, POLL_MS);
  try {
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new Error(`${command}: expected exit code 0, found ${code}`);
    return { ms: performance.now() - start, cpuMs: usage?.cpuMs, peakMb: usage?.peakMb };
  } finally {
    clearInterval(timer);
  }
}

interface Usage {
  readonly cpuMs: number;
  readonly peakMb: number;
}

/** Undefined once the process has ended, and where there is no /proc. */
function readUsage(pid: number | undefined): Usage | undefined {
  const stat = readProc(pid, 'stat');
  const peakKb = /^VmHWM:\s+(\d+) kB$/m.exec(readProc(pid, 'status'))?.[1];
  if (peakKb === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[STAT_TIMES.user]) + Number(fields[STAT_TIMES.system]);
  return { cpuMs: ticks * MS_PER_TICK, peakMb: Number(peakKb) / 1024 };
}

function readProc(pid: number | undefined, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
