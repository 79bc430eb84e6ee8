/**
 * Clauses of DynamoDB's condition expressions, by what they mean. An attribute is named by its path (`published.order`); a
 * clause writes `#name` for every name in it, since a hundred names are reserved words, and has its values bound.
 */
export type Clause = (bind: (value: unknown) => string) => string;

const toPath = (attribute: string): string => attribute.replaceAll(/\w+/g, '#$&');

export const isThere =
  (attribute: string): Clause =>
  () =>
    `attribute_exists(${toPath(attribute)})`;

export const isAbsent =
  (attribute: string): Clause =>
  () =>
    `attribute_not_exists(${toPath(attribute)})`;

export const is =
  (attribute: string, value: unknown): Clause =>
  (bind) =>
    `${toPath(attribute)} = ${bind(value)}`;

export const isLess =
  (attribute: string, value: unknown): Clause =>
  (bind) =>
    `${toPath(attribute)} < ${bind(value)}`;

export const isAtMost =
  (attribute: string, value: unknown): Clause =>
  (bind) =>
    `${toPath(attribute)} <= ${bind(value)}`;

/** The set has no such member. */
export const lacks =
  (set: string, member: unknown): Clause =>
  (bind) =>
    `NOT contains(${toPath(set)}, ${bind(member)})`;

export const anyOf =
  (...clauses: readonly Clause[]): Clause =>
  (bind) =>
    clauses.map((clause) => clause(bind)).join(' OR ');

export const allOf =
  (...clauses: readonly Clause[]): Clause =>
  (bind) =>
    clauses.map((clause) => inBrackets(clause(bind))).join(' AND ');

const inBrackets = (text: string): string => (text.includes(' OR ') ? `(${text})` : text);
