import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The real client's version, or why there is none: tests that need it are skipped with that. */
export async function findAnsible(): Promise<{ readonly version: string } | { readonly missing: string }> {
  try {
    const { stdout } = await run('ansible-galaxy', ['--version'], { timeout: 60_000 });
    return { version: /core ([\d.]+)/.exec(stdout)?.[1] ?? 'unknown' };
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return { missing: isMissing ? 'ansible-galaxy is not installed' : `ansible-galaxy fails: ${error}` };
  }
}

export interface Ended {
  readonly code: number;
  readonly output: string;
}

/** Runs `ansible-galaxy collection …` with a home of its own, so that no cache or setting of this machine counts. */
export async function ansibleGalaxy(args: readonly string[], home: string): Promise<Ended> {
  const env = { PATH: process.env.PATH, HOME: home, ANSIBLE_HOME: home, NO_COLOR: '1', LC_ALL: 'C.UTF-8' };
  try {
    const { stdout, stderr } = await run('ansible-galaxy', ['collection', ...args], {
      env,
      timeout: 300_000,
    });
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    if (!(error instanceof Error && 'stdout' in error && 'stderr' in error)) throw error;
    const code = 'code' in error && typeof error.code === 'number' ? error.code : -1;
    return { code, output: `${error.stdout}${error.stderr}` };
  }
}

/** Runs the Python that `ansible-galaxy` runs by, so with its modules; what the program prints, as JSON. */
export async function pythonWithAnsible(program: string, input: unknown): Promise<unknown> {
  const { stdout: script } = await run('sh', ['-c', 'head -n 1 "$(command -v ansible-galaxy)"']);
  const [python = 'python3', ...args] = script
    .trim()
    .replace(/^#!\s*/, '')
    .split(/\s+/);
  const options = { timeout: 60_000, maxBuffer: 64 * 1024 * 1024 };
  const child = run(python === '' ? 'python3' : python, [...args, '-c', program], options);
  child.child.stdin?.end(JSON.stringify(input));
  return JSON.parse((await child).stdout);
}
