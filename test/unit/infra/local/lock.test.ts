import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lockState } from '../../../../infra/local/lock.ts';

test('a state folder has one user at a time, and is free again when that one ends', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'smallbatch-lock-'));

  const unlock = await lockState(folder);

  await expect(lockState(folder)).rejects.toMatchObject({ code: 'STATE_LOCKED' });
  unlock();
  const again = await lockState(folder);
  again();
  await rm(folder, { recursive: true });
});
