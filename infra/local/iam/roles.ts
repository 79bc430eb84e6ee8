import * as z from 'zod';
import { LOCAL_ACCOUNT, type Resource, type Template } from '../template.ts';
import { parsePolicy, type Statement } from './policy.ts';

/** What a role may do, by all policies that the template attaches to it. */
export interface Role {
  readonly name: string;
  readonly statements: readonly Statement[];
}

/** A function as it signs its calls. */
export interface Principal extends Role {
  /** The session's ARN, as AWS names it in a refusal. */
  readonly arn: string;
}

/** Strict, since a managed policy by its ARN or a boundary would change what the role may do. */
const roleProperties = z.strictObject({
  AssumeRolePolicyDocument: z.unknown(),
  RoleName: z.string().optional(),
  Path: z.string().optional(),
  Description: z.string().optional(),
  MaxSessionDuration: z.number().optional(),
  Tags: z.unknown().optional(),
  Policies: z.array(z.object({ PolicyDocument: z.unknown() })).default([]),
});
const policyProperties = z.object({ PolicyDocument: z.unknown(), Roles: z.array(z.string()).default([]) });
const functionProperties = z.object({ Role: z.string() });

/** The template's roles by their ARN. Throws an Error for whatever of them can't be judged here. */
export function readRoles(template: Template): ReadonlyMap<string, Role> {
  const attached = [
    ...template.ofType('AWS::IAM::Policy'),
    ...template.ofType('AWS::IAM::ManagedPolicy'),
  ].map(({ id, properties }) => {
    const { PolicyDocument, Roles } = policyProperties.parse(properties);
    return { roles: Roles, statements: parsePolicy(PolicyDocument, id) };
  });
  return new Map(
    template.ofType('AWS::IAM::Role').map((role) => {
      const others = attached.filter(({ roles }) => roles.includes(role.name));
      const statements = [...inlineStatements(role), ...others.flatMap((policy) => policy.statements)];
      return [`arn:aws:iam::${LOCAL_ACCOUNT}:role/${role.name}`, { name: role.name, statements }];
    }),
  );
}

function inlineStatements({ id, properties }: Resource): Statement[] {
  const parsed = roleProperties.safeParse(properties);
  if (!parsed.success)
    throw new Error(`${id}: the local stack does not know this role:\n${z.prettifyError(parsed.error)}`);
  return parsed.data.Policies.flatMap(({ PolicyDocument }) => parsePolicy(PolicyDocument, id));
}

/** The functions by their name, which is their access key. */
export function readPrincipals(
  template: Template,
  roles: ReadonlyMap<string, Role>,
): ReadonlyMap<string, Principal> {
  return new Map(
    template.ofType('AWS::Lambda::Function').map(({ id, name, properties }) => {
      const { Role: arn } = functionProperties.parse(properties);
      const role = roles.get(arn);
      if (!role) throw new Error(`${id}: expected a role of the template, found ${arn}`);
      const session = `arn:aws:sts::${LOCAL_ACCOUNT}:assumed-role/${role.name}/${name}`;
      return [name, { ...role, arn: session }];
    }),
  );
}
