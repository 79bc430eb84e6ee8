/** Other converters, installed into a temp folder where they can be; nothing of them is a dependency. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Peer {
  readonly name: string;
  /** The command before the paths of the PDFs, or why the peer can't be had. */
  command(): Promise<readonly string[] | string>;
}

/** What a peer made of one PDF; the time without loading the peer itself. */
export interface PeerResult {
  readonly path: string;
  /** Empty where it failed. */
  readonly text: string;
  readonly cpuMs: number;
  readonly ms: number;
  /** Of the process up to here. */
  readonly peakMb: number;
}

const FOLDER = join(tmpdir(), 'smallbatch-bench-peers');
const INSTALL_TIMEOUT_MS = 300_000;
const CONVERT_TIMEOUT_MS = 1_200_000;
const MAX_OUTPUT_BYTES = 2 ** 28;
const PDF2MD = '@opendocsg/pdf2md@0.3.2';

export const PEERS: readonly Peer[] = [
  {
    name: 'markitdown',
    command: () =>
      pythonPeer('markitdown', 'markitdown[pdf]', [
        'from markitdown import MarkItDown',
        'converter = MarkItDown()',
        'convert = lambda path: converter.convert(path).text_content',
      ]),
  },
  {
    name: 'pymupdf4llm',
    command: () =>
      pythonPeer('pymupdf4llm', 'pymupdf4llm', [
        'import pymupdf4llm',
        'convert = lambda path: pymupdf4llm.to_markdown(path, show_progress=False)',
      ]),
  },
  { name: '@opendocsg/pdf2md', command: nodePeer },
];

/** One process for all; what it fails on is the empty text. */
export async function convertByPeer(
  command: readonly string[],
  paths: readonly string[],
): Promise<ReadonlyMap<string, PeerResult>> {
  const [program = '', ...args] = command;
  const { stdout } = await run(program, [...args, ...paths], {
    timeout: CONVERT_TIMEOUT_MS,
    maxBuffer: MAX_OUTPUT_BYTES,
  });
  const lines = stdout.split('\n').filter((line) => line.startsWith('@@'));
  const results = lines.map((line): PeerResult => JSON.parse(line.slice(2)));
  return new Map(results.map((result) => [result.path, result]));
}

const PYTHON_LOOP = `
import json, resource, sys, time
for path in sys.argv[1:]:
    cpu, start = time.process_time(), time.perf_counter()
    try: text = convert(path)
    except Exception: text = ''
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print('@@' + json.dumps(dict(path=path, text=text, cpuMs=(time.process_time() - cpu) * 1e3, ms=(time.perf_counter() - start) * 1e3, peakMb=peak)))`;

/** The python3 that has the module, or a venv that gets it. */
async function pythonPeer(
  module: string,
  requirement: string,
  code: readonly string[],
): Promise<readonly string[] | string> {
  const venv = join(FOLDER, 'venv', 'bin', 'python');
  for (const python of ['python3', venv])
    if (await works(python, ['-c', `import ${module}`]))
      return [python, '-c', [...code, PYTHON_LOOP].join('\n')];
  const installed =
    (existsSync(venv) || (await works('python3', ['-m', 'venv', join(FOLDER, 'venv')]))) &&
    (await works(venv, ['-m', 'pip', 'install', '--quiet', requirement])) &&
    (await works(venv, ['-c', `import ${module}`]));
  return installed
    ? [venv, '-c', [...code, PYTHON_LOOP].join('\n')]
    : `python3 can't import ${module}, nor pip install ${requirement}`;
}

const NODE_LOOP = `
const fs = require('node:fs');
(async () => {
  const pdf2md = require('@opendocsg/pdf2md');
  for (const path of process.argv.slice(1)) {
    const cpu = process.cpuUsage(), start = performance.now();
    const text = await pdf2md(new Uint8Array(fs.readFileSync(path))).catch(() => '');
    const { user, system } = process.cpuUsage(cpu);
    const peakMb = process.resourceUsage().maxRSS / 1024;
    fs.writeSync(1, '\\n@@' + JSON.stringify({ path, text, cpuMs: (user + system) / 1e3, ms: performance.now() - start, peakMb }) + '\\n');
  }
})();`;

async function nodePeer(): Promise<readonly string[] | string> {
  const folder = join(FOLDER, 'node');
  mkdirSync(folder, { recursive: true });
  const module = join(folder, 'node_modules', '@opendocsg', 'pdf2md');
  const install = ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', PDF2MD];
  if (!existsSync(module) && !(await works('npm', install))) return `npm can't install ${PDF2MD}`;
  const code = NODE_LOOP.replace("'@opendocsg/pdf2md'", JSON.stringify(module));
  return [process.execPath, '-e', code];
}

async function works(command: string, args: readonly string[]): Promise<boolean> {
  try {
    await run(command, [...args], { timeout: INSTALL_TIMEOUT_MS });
    return true;
  } catch {
    return false;
  }
}
