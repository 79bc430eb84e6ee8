/** Feeds imports to the linter, as files in a copy of the house that has nothing else in it. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../', import.meta.url));
const BIOME = join(root, 'node_modules', '.bin', 'biome');

/** One import: the file that has it, and what it asks for: a package, or a file by its path in the house. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
}

/** The arrows that the linter refuses. The real binary with the real configuration reads all of them in one call. */
export async function refused(arrows: readonly Arrow[], rule: string): Promise<Arrow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'smallbatch-walls-'));
  try {
    for (const path of ['biome.json', 'test/walls/walls.json'])
      await cp(join(root, path), join(folder, path));
    const byFile = Map.groupBy(arrows, ({ from }) => from);
    for (const [file, own] of byFile) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), own.map((arrow) => `${toLine(arrow)}\n`).join(''));
    }
    return (await lint(folder, rule)).map(
      ({ file, line }) => byFile.get(file)?.[line - 1] ?? { from: file, to: '?' },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function toLine({ from, to }: Arrow): string {
  if (to.startsWith('@')) return `import '${to}';`;
  const path = relative(dirname(from), to);
  return `import type { X } from '${path.startsWith('.') ? path : `./${path}`}'; export type Y = X;`;
}

async function lint(folder: string, rule: string): Promise<{ file: string; line: number }[]> {
  const args = [
    'lint',
    '--vcs-enabled=false',
    '--max-diagnostics=none',
    '--reporter=github',
    `--only=${rule}`,
    '.',
  ];
  const { stdout } = await promisify(execFile)(BIOME, args, { cwd: folder, maxBuffer: 1 << 26 }).catch(
    (error: { stdout: string }) => error,
  );
  const found = stdout.matchAll(/^::error title=([^,]*),file=([^,]*),line=(\d+)/gm);
  return [...found].map(([, title, file = '', line]) => {
    if (!title?.endsWith(rule)) throw new Error(`expected only ${rule} to complain, found ${title}`);
    return { file: relative(folder, file), line: Number(line) };
  });
}
