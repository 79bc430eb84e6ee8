import * as z from 'zod';
import type { Access } from './permissions.ts';

const toList = (value: unknown): unknown[] => [value].flat();
const oneOrMore = z.preprocess(toList, z.array(z.string()));

/** The one condition that is judged: every record that a call is about has one of these partition keys. */
const condition = z.strictObject({
  'ForAllValues:StringLike': z.strictObject({ 'dynamodb:LeadingKeys': oneOrMore }),
});

/**
 * The elements that are judged here. Any other (NotAction, NotResource, other conditions …) is an error and not passed over:
 * a policy that means something else on AWS must not look right on this machine.
 */
const statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: oneOrMore,
  Resource: oneOrMore,
  Condition: condition.optional(),
});
const policyDocument = z.strictObject({
  Version: z.literal('2012-10-17'),
  Statement: z.preprocess(toList, z.array(statement)),
});

export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly RegExp[];
  readonly resources: readonly RegExp[];
  /** Only of records with these partition keys. */
  readonly leadingKeys?: readonly RegExp[];
  /** What it says, for people. */
  readonly text: string;
}

/** `denied` by a Deny, which goes before every Allow; `unmatched` when no statement speaks of it, which refuses too. */
export type Verdict = 'allowed' | 'denied' | 'unmatched';

/** Compiles an identity-based policy. Throws an Error that names `where` and what of the policy is not known here. */
export function parsePolicy(document: unknown, where: string): readonly Statement[] {
  const parsed = policyDocument.safeParse(document);
  if (!parsed.success) {
    throw new Error(`${where}: the local stack does not know this policy:\n${z.prettifyError(parsed.error)}`);
  }
  return parsed.data.Statement.map(({ Effect, Action, Resource, Condition }) => {
    const keys = Condition?.['ForAllValues:StringLike']['dynamodb:LeadingKeys'];
    const which = keys ? ` where the key is like ${keys.join(', ')}` : '';
    return {
      effect: Effect,
      actions: Action.map((pattern) => toMatcher(pattern, where, 'i')),
      resources: Resource.map((pattern) => toMatcher(pattern, where)),
      leadingKeys: keys?.map((pattern) => toMatcher(pattern, where)),
      text: `${Effect} ${Action.join(', ')} on ${Resource.join(', ')}${which}`,
    };
  });
}

/** What the statements say of one action on one resource. */
export function judge(statements: readonly Statement[], access: Access): Verdict {
  const speaking = statements.filter((statement) => speaksOf(statement, access));
  if (speaking.some(({ effect }) => effect === 'Deny')) return 'denied';
  return speaking.length > 0 ? 'allowed' : 'unmatched';
}

/** The one statement that allows it; undefined when there are several. */
export function soleAllowing(statements: readonly Statement[], access: Access): Statement | undefined {
  const allowing = statements.filter(
    (statement) => statement.effect === 'Allow' && speaksOf(statement, access),
  );
  return allowing.length === 1 ? allowing[0] : undefined;
}

function speaksOf(statement: Statement, { action, resource, leadingKeys = [] }: Access): boolean {
  const { actions, resources, leadingKeys: wanted } = statement;
  if (!matchesAny(actions, action) || !matchesAny(resources, resource)) return false;
  if (!wanted) return true;
  // AWS would let a call without keys pass; none of ours is.
  return leadingKeys.length > 0 && leadingKeys.every((key) => matchesAny(wanted, key));
}

const matchesAny = (matchers: readonly RegExp[], text: string): boolean =>
  matchers.some((matcher) => matcher.test(text));

/** `*` is any text, `:` and `/` included, `?` any one character; actions are told apart without case, resources with it. */
function toMatcher(pattern: string, where: string, flags = ''): RegExp {
  if (pattern.includes('${'))
    throw new Error(`${where}: the local stack does not know policy variables, found ${pattern}`);
  return wildcard(pattern, flags);
}

/** A matcher of whole texts with the wildcards `*` and `?`. */
export function wildcard(pattern: string, flags = ''): RegExp {
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, `su${flags}`);
}
