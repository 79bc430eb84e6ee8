import * as z from 'zod';
import type { LambdaService } from '../lambda/service.ts';
import type { Resource } from '../template.ts';

const schedule = z.object({
  ScheduleExpression: z.string(),
  Target: z.object({ Arn: z.string(), Input: z.string() }),
});

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * EventBridge Scheduler, as far as a machine that is on for the length of a run needs it: `rate(…)` on functions. Runs
 * that start by the clock (`cron(…)`, `at(…)`) are AWS's; locally one starts them by hand.
 */
export function startSchedules(schedules: readonly Resource[], lambda: LambdaService): () => void {
  const timers: NodeJS.Timeout[] = [];
  for (const { properties } of schedules) {
    const { ScheduleExpression, Target } = schedule.parse(properties);
    const interval = toInterval(ScheduleExpression);
    if (interval === undefined || !Target.Arn.includes(':lambda:')) continue;
    const name = Target.Arn.split(':').at(-1) ?? '';
    timers.push(
      setInterval(
        () => void lambda.invokeAsync(name, JSON.parse(Target.Input)).catch(() => undefined),
        interval,
      ),
    );
  }
  for (const timer of timers) timer.unref();
  return () => timers.forEach(clearInterval);
}

/** `rate(15 minutes)` in milliseconds; undefined for every other form. */
export function toInterval(expression: string): number | undefined {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const ms = UNIT_MS[unit];
  return count === undefined || ms === undefined ? undefined : Number(count) * ms;
}
