import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { IMPATIENT, SMALL } from '../chaos/alterations.ts';
import { play } from '../chaos/play.ts';
import { toScenario } from '../chaos/scenario.ts';
import '../support/kinds/dataset-kind.ts';
import { freePort } from '../support/stack/killable-stack.ts';
import { synthTestStack, type TestStack } from '../support/stack/local-stack.ts';

let stack: TestStack;
vi.setConfig({ testTimeout: 600_000, hookTimeout: 150_000 });
beforeAll(async () => {
  const module = resolve(import.meta.dirname, '..', 'chaos', 'kinds.ts');
  stack = await synthTestStack([module], {}, [...IMPATIENT, ...SMALL]);
});
afterAll(() => stack?.remove());

/** A short slice of `npm run chaos`: small limits, so that a run has many parts, and everything that goes wrong. */
test('a seed of chaos breaks nothing', async () => {
  const scenario = { ...toScenario(1, 'toy'), nextVersionMs: 300, functionKills: 1, stackKills: 1 };

  const { problems } = await play({ scenario, stack, port: await freePort() });

  expect(problems).toEqual([]);
});
