import { afterAll, beforeAll, vi } from 'vitest';
import type { LocalOptions, LocalStack } from '../../../infra/local/local-stack.ts';
import { startTestStack, synthTestStack, type TestStack } from './local-stack.ts';
import { TOY_MODULE } from './toy-run.ts';

/** Above the sum of a test's own waits, which say what they waited for. */
const TEST_MS = 150_000;

/** One stack with the toy kind for a test file: started before its first test, gone after its last. */
export function useToyStack(options: Partial<LocalOptions> = {}): () => LocalStack {
  vi.setConfig({ testTimeout: TEST_MS, hookTimeout: TEST_MS });
  let synthesised: TestStack | undefined;
  let stack: LocalStack | undefined;
  beforeAll(async () => {
    synthesised = await synthTestStack([TOY_MODULE]);
    stack = await startTestStack(synthesised, options);
  });
  afterAll(async () => {
    await stack?.stop();
    await synthesised?.remove();
  });
  return () => {
    if (!stack) throw new Error('the stack is started before the first test, not at import');
    return stack;
  };
}
