import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Call, type Gate, readBody } from '../gateway.ts';
import { replay } from '../replay.ts';
import { type ServiceError, sendServiceError } from '../services/service-error.ts';
import type { Template } from '../template.ts';
import { hasTellingBody, toPermissions } from './access.ts';
import type { Access } from './permissions.ts';
import { judge, type Statement, soleAllowing } from './policy.ts';
import { type Principal, readPrincipals, readRoles } from './roles.ts';
import { checkStandingGrants } from './standing-grants.ts';

/** S3's own limit of a DeleteObjects body; every other body that is read here is smaller. */
const BODY_BYTES = 8 * 1024 * 1024;
/** Refusals that are told apart in the log; further ones are only counted. */
const LOGGED_REFUSALS = 1000;

export interface Iam {
  /** Lets a call pass if the caller's role allows it, else answers AccessDenied in the service's own form. */
  readonly gate: Gate;
  /** `<caller> <action>` → how often it was refused. */
  readonly refusals: ReadonlyMap<string, number>;
  /** Statements without which a call that was made would have been refused, each with such a call. */
  readonly needed: ReadonlyMap<Statement, Access>;
  /** All statements, by the name of the function that has them. */
  readonly statements: ReadonlyMap<string, readonly Statement[]>;
}

/**
 * Checks calls against the template's roles and the policies attached to them. Policies of resources (buckets, queues)
 * are not looked at: ours ask for TLS, and let EventBridge send. Throws an Error for a policy that can't be judged here.
 */
export function createIam(template: Template, log: (line: string) => void): Iam {
  const roles = readRoles(template);
  const principals = readPrincipals(template, roles);
  const needed = new Map(checkStandingGrants(template, roles, principals));
  const ledger = new RefusalLedger(log);

  /** What stands against a call, and its body if that had to be read. */
  async function check(principal: Principal, call: Call, request: IncomingMessage): Promise<Finding> {
    const body = hasTellingBody(call) ? await readBody(request, BODY_BYTES) : undefined;
    const { needs, toldMissing } = await toPermissions(call, request, body ?? '');
    noteNeeds(principal, toldMissing ? [...needs, toldMissing] : needs);
    return {
      passed: body === undefined ? request : replay(request, body),
      refused: findRefused(principal, needs),
      untold: findRefused(principal, toldMissing ? [toldMissing] : []),
    };
  }

  function noteNeeds({ statements }: Principal, accesses: readonly Access[]): void {
    for (const access of accesses) {
      const sole = soleAllowing(statements, access);
      if (sole && !needed.has(sole)) needed.set(sole, access);
    }
  }

  const gate: Gate = async (request, response, call) => {
    const refuse = (error: ServiceError) => sendServiceError(call.service, request, response, error);
    const principal = principals.get(call.caller);
    if (!principal) return void refuse(toUnknownCaller(call));
    const { passed, refused, untold } = await check(principal, call, request);
    if (refused) return void refuse(ledger.note(call, principal, refused));
    if (untold) hideMissing(response, () => refuse(ledger.note(call, principal, untold)));
    return passed;
  };
  const statements = new Map([...principals].map(([name, principal]) => [name, principal.statements]));
  return { gate, refusals: ledger.counts, needed, statements };
}

interface Finding {
  readonly passed: IncomingMessage;
  readonly refused?: Refused | undefined;
  /** Why the caller must not learn that an object is missing. */
  readonly untold?: Refused | undefined;
}

interface Refused extends Access {
  readonly explicitly: boolean;
}

function findRefused({ statements }: Principal, needs: readonly Access[]): Refused | undefined {
  for (const need of needs) {
    const verdict = judge(statements, need);
    if (verdict !== 'allowed') return { ...need, explicitly: verdict === 'denied' };
  }
  return undefined;
}

/** Counts refusals and logs each one once, both in bounded memory. */
class RefusalLedger {
  readonly counts = new Map<string, number>();
  readonly #logged = new Set<string>();
  readonly #log: (line: string) => void;

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  note({ service, caller }: Call, principal: Principal, refused: Refused): ServiceError {
    const error = toAccessDenied(service, principal, refused);
    const name = `${caller} ${refused.action}`;
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    const entry = `${name} ${refused.resource}`;
    if (!this.#logged.has(entry) && this.#logged.size < LOGGED_REFUSALS) {
      this.#logged.add(entry);
      this.#log(`AccessDenied: ${error.message}`);
    }
    return error;
  }
}

function toAccessDenied(service: string, { arn }: Principal, refused: Refused): ServiceError {
  const { action, resource, explicitly } = refused;
  const reason = explicitly
    ? 'with an explicit deny in an identity-based policy'
    : `because no identity-based policy allows the ${action} action`;
  const message = `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} ${reason}`;
  return service === 's3'
    ? { status: 403, code: 'AccessDenied', message }
    : { status: 400, code: 'AccessDeniedException', message };
}

function toUnknownCaller({ service, caller }: Call): ServiceError {
  const message = `The access key "${caller}" is no function of the template.`;
  return service === 's3'
    ? { status: 403, code: 'InvalidAccessKeyId', message }
    : { status: 400, code: 'UnrecognizedClientException', message };
}

/** S3 tells only those who may list a bucket that an object is missing; the others get a refusal. */
function hideMissing(response: ServerResponse, refuse: () => void): void {
  const end = response.end;
  response.end = function (this: ServerResponse, ...args: unknown[]) {
    response.end = end;
    if (response.statusCode !== 404 || response.headersSent) return Reflect.apply(end, response, args);
    for (const name of response.getHeaderNames()) response.removeHeader(name);
    refuse();
    return response;
  } as typeof end;
}
