import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** Synthesises in a process of its own, as a command does, with settings that no earlier one had. */
const PROGRAM = (host: string) => `
  import { synthesise } from './infra/cli/synth.ts';
  console.log((await synthesise({ allowedHosts: { galaxy: ['${host}'] } })).templateFile);`;

test('two commands that start at the same moment both have a stack', { timeout: 180_000 }, async () => {
  const program = PROGRAM(`${randomUUID()}.test`);
  const start = () => promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);

  const [one, two] = await Promise.all([start(), start()]);

  expect(one.stdout).toMatch(/template\.json\s*$/);
  expect(two.stdout).toBe(one.stdout);
  await rm(dirname(one.stdout.trim()), { recursive: true });
});
