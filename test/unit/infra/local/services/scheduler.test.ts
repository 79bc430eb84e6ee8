import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startSchedules, toInterval } from '../../../../../infra/local/services/scheduler.ts';

test.each([
  { expression: 'rate(1 minute)', ms: 60_000 },
  { expression: 'rate(15 minutes)', ms: 900_000 },
  { expression: 'rate(2 hours)', ms: 7_200_000 },
  { expression: 'rate(1 day)', ms: 86_400_000 },
  { expression: 'rate(5 weeks)', ms: undefined },
  { expression: 'rate(minutes)', ms: undefined },
  { expression: 'cron(0 4 ? * MON *)', ms: undefined },
  { expression: 'at(2026-01-01T00:00:00)', ms: undefined },
  { expression: '', ms: undefined },
])('$expression comes every $ms ms', ({ expression, ms }) => {
  expect(toInterval(expression)).toBe(ms);
});

const toSchedule = (ScheduleExpression: string, Arn: string) => ({
  id: 's',
  name: 's',
  type: 'AWS::Scheduler::Schedule',
  properties: { ScheduleExpression, Target: { Arn, Input: '{"restarted":false}' } },
});

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('functions are called at their rate with their input, until it is stopped; other targets and cron are not', async () => {
  const calls: unknown[] = [];
  const lambda = { invokeAsync: async (...call: unknown[]) => void calls.push(call) };
  const sweep = 'arn:aws:lambda:r:0:function:sweep';
  const schedules = [
    toSchedule('rate(15 minutes)', sweep),
    toSchedule('cron(0 4 ? * MON *)', sweep),
    toSchedule('rate(1 minute)', 'arn:aws:sqs:r:0:intake'),
  ];

  const stop = startSchedules(schedules, lambda as never);
  vi.advanceTimersByTime(31 * 60_000);
  stop();
  vi.advanceTimersByTime(60 * 60_000);

  expect(calls).toEqual(Array(2).fill(['sweep', { restarted: false }]));
});
