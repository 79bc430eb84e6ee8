import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/** Scheduler puts the time that it was to start at in the place of this. */
export const SCHEDULED_TIME = '<aws.scheduler.scheduled-time>';

/** EventBridge Scheduler calls a function or sends a message by the clock, with a role that may do only that. */
export class Schedule extends Construct {
  constructor(scope: Construct, id: string, expression: string, target: ScheduleTarget) {
    super(scope, id);
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('scheduler.amazonaws.com') });
    role.addToPolicy(new PolicyStatement({ actions: [target.action], resources: [target.arn] }));
    new CfnSchedule(this, 'Schedule', {
      scheduleExpression: expression,
      flexibleTimeWindow: { mode: 'OFF' },
      target: { arn: target.arn, roleArn: role.roleArn, input: Stack.of(this).toJsonString(target.input) },
    });
  }
}

export interface ScheduleTarget {
  readonly action: string;
  readonly arn: string;
  readonly input: object;
}

export const toFunction = (target: LambdaFunction, input: object): ScheduleTarget => ({
  action: 'lambda:InvokeFunction',
  arn: target.functionArn,
  input,
});

export const toQueue = (target: Queue, input: object): ScheduleTarget => ({
  action: 'sqs:SendMessage',
  arn: target.queueArn,
  input,
});
