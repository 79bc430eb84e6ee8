import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { WorkQueue } from './queue.ts';

/** Abandon empties the dead-letter queues within minutes; a letter that stays this long could not even be parsed. */
const STUCK_MINUTES = 60;

/** One alarm for each dead-letter queue, told to a topic of the config's where it names one. */
export function alarmOnDeadLetters(
  scope: Construct,
  queues: readonly WorkQueue[],
  topicArn: string | undefined,
): void {
  const actions = topicArn === undefined ? [] : [{ bind: () => ({ alarmActionArn: topicArn }) }];
  const alarms = queues.map(
    ({ node, deadLetters }) =>
      new Alarm(scope, `${node.id}DeadLettersStuck`, {
        alarmDescription: `A message of ${node.id} stays in its dead-letter queue: look at its body and abandon's log.`,
        metric: deadLetters.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(5) }),
        threshold: STUCK_MINUTES * 60,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      }),
  );
  for (const alarm of alarms) alarm.addAlarmAction(...actions);
}
