import * as z from 'zod';

const toList = (value: unknown): unknown[] => [value].flat();
const oneOrMore = z.preprocess(toList, z.array(z.string()));

/**
 * The elements that are judged here. Any other (Condition, NotAction, NotResource …) is an error and not passed over:
 * a policy that means something else on AWS must not look right on this machine.
 */
const statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: oneOrMore,
  Resource: oneOrMore,
});
const policyDocument = z.strictObject({
  Version: z.literal('2012-10-17'),
  Statement: z.preprocess(toList, z.array(statement)),
});

export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly RegExp[];
  readonly resources: readonly RegExp[];
}

/** `denied` by a Deny, which goes before every Allow; `unmatched` when no statement speaks of it, which refuses too. */
export type Verdict = 'allowed' | 'denied' | 'unmatched';

/** Compiles an identity-based policy. Throws an Error that names `where` and what of the policy is not known here. */
export function parsePolicy(document: unknown, where: string): readonly Statement[] {
  const parsed = policyDocument.safeParse(document);
  if (!parsed.success) {
    throw new Error(`${where}: the local stack does not know this policy:\n${z.prettifyError(parsed.error)}`);
  }
  return parsed.data.Statement.map(({ Effect, Action, Resource }) => ({
    effect: Effect,
    actions: Action.map((pattern) => toMatcher(pattern, where, 'i')),
    resources: Resource.map((pattern) => toMatcher(pattern, where)),
  }));
}

/** What the statements say of one action on one resource. */
export function judge(statements: readonly Statement[], action: string, resource: string): Verdict {
  let verdict: Verdict = 'unmatched';
  for (const { effect, actions, resources } of statements) {
    if (!matchesAny(actions, action) || !matchesAny(resources, resource)) continue;
    if (effect === 'Deny') return 'denied';
    verdict = 'allowed';
  }
  return verdict;
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
