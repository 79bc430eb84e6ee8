import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { build } from '../../../infra/build.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smallbatch-build-'));
  await build(folder);
});

afterAll(() => rm(folder, { recursive: true }));

/** Bytes of a bundle and of all that it imports at once. What a cold start, or a new thread, has to read and compile. */
async function loaded(entry: string): Promise<number> {
  const seen = new Map<string, number>();
  const add = async (file: string): Promise<void> => {
    if (seen.has(file)) return;
    const code = await readFile(join(folder, file), 'utf8');
    seen.set(file, code.length);
    const imports = [...code.matchAll(/(?:^|[;\n])\s*(?:import|export)\b[^"'()]*["']\.\/([^"']+)["']/g)];
    for (const [, chunk = ''] of imports) await add(chunk);
  };
  await add(entry);
  return [...seen.values()].reduce((sum, bytes) => sum + bytes, 0);
}

test.each([
  { entry: 'process.js', atMost: 1_100_000 },
  { entry: 'item-worker.js', atMost: 950_000 },
])('$entry loads at most $atMost bytes of JavaScript', async ({ entry, atMost }) => {
  const bytes = await loaded(entry);

  expect(bytes).toBeGreaterThan(atMost / 2);
  expect(bytes).toBeLessThan(atMost);
});
