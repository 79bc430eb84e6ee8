import * as z from 'zod';
import { LOCAL_ACCOUNT, LOCAL_REGION, type Template } from '../template.ts';
import type { Access } from './permissions.ts';
import { judge, type Statement, soleAllowing } from './policy.ts';
import type { Principal, Role } from './roles.ts';

/** What Lambda's pollers do in the name of the function that consumes a queue. */
const POLLER_ACTIONS = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

/** What Lambda does itself in the name of every function: its log stream and its traces. */
const LOG_ACTIONS = ['logs:CreateLogStream', 'logs:PutLogEvents'];
const TRACE_ACTIONS = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'];

const mapping = z.object({ EventSourceArn: z.string(), FunctionName: z.string() });
const schedule = z.object({ Target: z.object({ Arn: z.string(), RoleArn: z.string() }) });
const logging = z.object({ LoggingConfig: z.object({ LogGroup: z.string() }).optional() });

/**
 * Services act under a role without a call of the function's own, so the gateway never sees them: AWS refuses a mapping when it is
 * made, a schedule when it is due, a log line in silence. Here each is an error at the start. Returns the statements that are
 * needed for them, each with what it is needed for.
 */
export function checkStandingGrants(
  template: Template,
  roles: ReadonlyMap<string, Role>,
  principals: ReadonlyMap<string, Principal>,
): ReadonlyMap<Statement, Access> {
  const needed = new Map<Statement, Access>();
  for (const { role, access, where } of standingCalls(template, roles, principals)) {
    requireGrant(role, access, where);
    const sole = role && soleAllowing(role.statements, access);
    if (sole) needed.set(sole, access);
  }
  return needed;
}

interface StandingCall {
  readonly role: Role | undefined;
  readonly access: Access;
  /** The resource of the template that it is made for. */
  readonly where: string;
}

function* standingCalls(
  template: Template,
  roles: ReadonlyMap<string, Role>,
  principals: ReadonlyMap<string, Principal>,
): Iterable<StandingCall> {
  for (const { id: where, properties } of template.ofType('AWS::Lambda::EventSourceMapping')) {
    const { EventSourceArn: resource, FunctionName } = mapping.parse(properties);
    const role = principals.get(FunctionName);
    yield* POLLER_ACTIONS.map((action) => ({ role, access: { action, resource }, where }));
  }
  for (const { id: where, properties } of template.ofType('AWS::Scheduler::Schedule')) {
    const { Arn: resource, RoleArn } = schedule.parse(properties).Target;
    const action = resource.includes(':lambda:') ? 'lambda:InvokeFunction' : 'sqs:SendMessage';
    yield { role: roles.get(RoleArn), access: { action, resource }, where };
  }
  for (const { id: where, name, properties } of template.ofType('AWS::Lambda::Function')) {
    const { LoggingConfig } = logging.parse(properties);
    const role = principals.get(name);
    yield* toLambdasOwn(LoggingConfig?.LogGroup).map((access) => ({ role, access, where }));
  }
}

function toLambdasOwn(logGroup: string | undefined): readonly Access[] {
  if (logGroup === undefined) return [];
  const resource = `arn:aws:logs:${LOCAL_REGION}:${LOCAL_ACCOUNT}:log-group:${logGroup}:*`;
  return [
    ...LOG_ACTIONS.map((action) => ({ action, resource })),
    ...TRACE_ACTIONS.map((action) => ({ action, resource: '*' })),
  ];
}

function requireGrant(role: Role | undefined, access: Access, where: string): void {
  if (role && judge(role.statements, access) === 'allowed') return;
  const { action, resource } = access;
  throw new Error(`${where}: expected a role that allows ${action} on ${resource}, found ${role?.name}`);
}
