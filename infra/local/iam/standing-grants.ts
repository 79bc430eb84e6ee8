import * as z from 'zod';
import type { Template } from '../template.ts';
import { judge } from './policy.ts';
import type { Principal, Role } from './roles.ts';

/** What Lambda's pollers do in the name of the function that consumes a queue. */
const POLLER_ACTIONS = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

const mapping = z.object({ EventSourceArn: z.string(), FunctionName: z.string() });
const schedule = z.object({ Target: z.object({ Arn: z.string(), RoleArn: z.string() }) });

/**
 * Event source mappings and schedules act under a role without a call of the function's own, so the gateway never sees
 * them: AWS refuses the mapping when it is made, a schedule when it is due. Here both are errors at the start.
 */
export function checkStandingGrants(
  template: Template,
  roles: ReadonlyMap<string, Role>,
  principals: ReadonlyMap<string, Principal>,
): void {
  for (const { id, properties } of template.ofType('AWS::Lambda::EventSourceMapping')) {
    const { EventSourceArn, FunctionName } = mapping.parse(properties);
    for (const action of POLLER_ACTIONS)
      requireGrant(principals.get(FunctionName), action, EventSourceArn, id);
  }
  for (const { id, properties } of template.ofType('AWS::Scheduler::Schedule')) {
    const { Arn, RoleArn } = schedule.parse(properties).Target;
    const action = Arn.includes(':lambda:') ? 'lambda:InvokeFunction' : 'sqs:SendMessage';
    requireGrant(roles.get(RoleArn), action, Arn, id);
  }
}

function requireGrant(role: Role | undefined, action: string, resource: string, where: string): void {
  if (role && judge(role.statements, action, resource) === 'allowed') return;
  throw new Error(`${where}: expected a role that allows ${action} on ${resource}, found ${role?.name}`);
}
