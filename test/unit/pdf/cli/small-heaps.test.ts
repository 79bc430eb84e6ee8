import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { withFile } from '../../../support/pdf/writer.ts';

const MODULE = pathToFileURL(join(import.meta.dirname, '../../../../shared/pdf/cli/small-heaps.ts')).href;

/** Starts itself again with small heaps, and there prints how it was started. */
const PROGRAM = `
import { getHeapSpaceStatistics } from 'node:v8';
import { hasSmallHeaps, runWithSmallHeaps } from '${MODULE}';
const argv = process.argv.slice(2);
if (hasSmallHeaps()) {
  const ballast = Array.from({ length: 400_000 }, (_, at) => ({ at }));
  const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space');
  const mb = Math.round(young.space_size / 1024 / 1024);
  console.log(JSON.stringify({ argv, mb, arenas: process.env.MALLOC_ARENA_MAX, ballast: ballast.length }));
  process.exitCode = 7;
} else process.exitCode = await runWithSmallHeaps(import.meta.filename, argv);
`;

it('runs a program with the heaps of a function, and gives its exit code', async () => {
  const { code, out } = await withFile(PROGRAM, (path) => runNode(path, 'a file.pdf', '--json'), 'a.mjs');

  expect(code).toBe(7);
  // two semi-spaces of 8 MB at most; V8's own default goes up to 32
  expect(JSON.parse(out)).toMatchObject({ argv: ['a file.pdf', '--json'], arenas: '1' });
  expect(JSON.parse(out).mb).toBeLessThanOrEqual(16);
});

function runNode(...argv: readonly string[]): Promise<{ code: unknown; out: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, argv, (error, out) => resolve({ code: error?.code ?? 0, out }));
  });
}
