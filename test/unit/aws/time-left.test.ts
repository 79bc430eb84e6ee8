import { afterEach, expect, test, vi } from 'vitest';
import { timeLeft } from '../../../shared/aws/time-left.ts';

afterEach(() => void vi.useRealTimers());

/** Lambda's own answer: the deadline against the wall clock. */
function startInvocation(limitMs: number): () => number {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  const deadline = Date.now() + limitMs;
  return () => deadline - Date.now();
}

test.each([
  { limitMs: 900_000, afterMs: 839_999, expected: false },
  { limitMs: 900_000, afterMs: 840_001, expected: true },
  { limitMs: 30_000, afterMs: 19_999, expected: false },
  { limitMs: 30_000, afterMs: 20_001, expected: true },
])('of $limitMs ms, $afterMs ms later, the time is short: $expected', ({ limitMs, afterMs, expected }) => {
  const left = timeLeft({ getRemainingTimeInMillis: startInvocation(limitMs) });

  vi.advanceTimersByTime(afterMs);

  expect(left.isShort()).toBe(expected);
  expect(left.ms()).toBe(limitMs - afterMs);
});

test.each([3_600_000, -86_400_000])('a clock that is set by %i ms changes nothing', (stepMs) => {
  const left = timeLeft({ getRemainingTimeInMillis: startInvocation(900_000) });

  vi.setSystemTime(Date.now() + stepMs);
  vi.advanceTimersByTime(1000);

  expect(left.ms()).toBe(899_000);
  expect(left.isShort()).toBe(false);
});
