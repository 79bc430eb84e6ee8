/** Puts a peer into a temp folder where it can be had; a command that converts PDFs comes back, or why there is none. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The program and its arguments, before the paths of the PDFs. */
export type Command = readonly [program: string, ...args: readonly string[]];

const FOLDER = join(tmpdir(), 'smallbatch-bench-peers');
const INSTALL_TIMEOUT_MS = 300_000;
/** What a peer prints before the JSON of a result; whatever else it prints is passed over. */
export const MARK = '@@';

const PYTHON_LOOP = `
import json, os, resource, sys, time
# with what child processes used: one peer starts a JVM for each document
def used(): return sum(os.times()[:4])
for path in sys.argv[1:]:
    cpu, start = used(), time.perf_counter()
    try: text = convert(path) or ''
    except Exception: text = ''
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print('\\n${MARK}' + json.dumps(dict(path=path, text=text, cpuMs=(used() - cpu) * 1e3, ms=(time.perf_counter() - start) * 1e3, peakMb=peak)), flush=True)`;

/** A python3 that has the module, or a venv that gets it; `code` defines convert(path). */
export async function pythonPeer(
  module: string,
  requirement: string,
  code: readonly string[],
): Promise<Command | string> {
  const venv = join(FOLDER, 'venv', 'bin', 'python');
  const loop = ['-c', [...code, PYTHON_LOOP].join('\n')] as const;
  for (const python of ['python3', venv])
    if ((await failure(python, ['-c', `import ${module}`])) === undefined) return [python, ...loop];
  const reason =
    (existsSync(venv) ? undefined : await failure('python3', ['-m', 'venv', join(FOLDER, 'venv')])) ??
    (await failure(venv, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', requirement])) ??
    (await failure(venv, ['-c', `import ${module}`]));
  return reason === undefined ? [venv, ...loop] : `pip install ${requirement}: ${reason}`;
}

const nodeLoop = (module: string): string => `
const fs = require('node:fs');
(async () => {
  const convert = require(${JSON.stringify(module)});
  for (const path of process.argv.slice(1)) {
    const cpu = process.cpuUsage(), start = performance.now();
    const text = await convert(new Uint8Array(fs.readFileSync(path))).catch(() => '');
    const { user, system } = process.cpuUsage(cpu);
    const peakMb = process.resourceUsage().maxRSS / 1024;
    fs.writeSync(1, '\\n${MARK}' + JSON.stringify({ path, text, cpuMs: (user + system) / 1e3, ms: performance.now() - start, peakMb }) + '\\n');
  }
})();`;

/** A module that exports one function from bytes to Markdown. */
export async function nodePeer(name: string, version: string): Promise<Command | string> {
  const folder = join(FOLDER, 'node');
  mkdirSync(folder, { recursive: true });
  const module = join(folder, 'node_modules', ...name.split('/'));
  const requirement = `${name}@${version}`;
  const install = ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', requirement];
  const reason = existsSync(module) ? undefined : await failure('npm', install);
  if (reason !== undefined) return `npm install ${requirement}: ${reason}`;
  return [process.execPath, '-e', nodeLoop(module)];
}

/** The last line that a command says when it fails; undefined if it works. */
async function failure(command: string, args: readonly string[]): Promise<string | undefined> {
  try {
    await run(command, [...args], { timeout: INSTALL_TIMEOUT_MS });
    return undefined;
  } catch (cause) {
    const lines = cause instanceof Error ? cause.message.trim().split('\n') : [];
    return lines.at(-1)?.trim() ?? String(cause);
  }
}
