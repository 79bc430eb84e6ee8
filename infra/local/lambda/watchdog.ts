import { spawn } from 'node:child_process';

/** Keeps the list of instances that it reads, and kills them once its input ends, which is when the service dies. */
const SCRIPT = `
trap '' INT TERM HUP
pids=
while read -r sign pid; do
  if [ "$sign" = + ]; then pids="$pids $pid"; continue; fi
  rest=
  for one in $pids; do [ "$one" = "$pid" ] || rest="$rest $one"; done
  pids=$rest
done
for pid in $pids; do kill -9 "-$pid" 2>/dev/null; done
`;

export interface Watchdog {
  add(pid: number): void;
  remove(pid: number): void;
  close(): void;
}

/**
 * One shell beside the service. A function notices by itself that its parent is gone, but not while it computes without
 * a pause; this kills it even then. Without a POSIX shell (Windows) only the function's own notice is left.
 */
export function startWatchdog(): Watchdog {
  if (process.platform === 'win32')
    return { add: () => undefined, remove: () => undefined, close: () => undefined };
  const shell = spawn('sh', ['-c', SCRIPT], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  shell.unref();
  // A shell that was killed from outside leaves a broken pipe: the service goes on with one safety net less.
  shell.stdin.on('error', () => shell.stdin.destroy());
  const write = (line: string) => shell.stdin.writable && shell.stdin.write(line);
  return {
    add: (pid) => write(`+ ${pid}\n`),
    remove: (pid) => write(`- ${pid}\n`),
    close: () => shell.stdin.end(),
  };
}
