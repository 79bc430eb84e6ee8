import semver, { type SemVer } from 'semver';

/**
 * A version range of a requirement. What `ansible-galaxy` understands means here what it means there (its
 * `meets_requirements`): terms joined by commas, each `*` or an operator and a version whose missing parts are 0, no operator
 * being `==`. What Pulp reads beyond that (`~3.0`, `^3.0.0`, `~=3.0`, `3.0.*`) is read, too. Precedence is SemVer's.
 */
export interface VersionRange {
  /** The range in one form, whatever its spaces. */
  readonly text: string;
  /** A prerelease is only in a range that names that very one, unless `prereleases`. */
  has(version: SemVer, prereleases: boolean): boolean;
}

interface Term {
  readonly text: string;
  test(version: SemVer): boolean;
  /** Does it name this very version? */
  pins(version: SemVer): boolean;
}

/** Longer than any range of a person; a dependency's range comes from strangers. */
const RANGE_CHARS = 300;
const OPERATORS = '==|!=|>=|<=|~=|=|>|<|~|\\^';
const TERM = new RegExp(`^(${OPERATORS})?\\s*(\\S+)$`);
const LOOSE = /^(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?(-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;
const WILDCARD = /^(\d{1,9}(?:\.\d{1,9})?)\.\*$/;

const COMPARED: Readonly<Record<string, (order: number) => boolean>> = {
  '==': (order) => order === 0,
  '=': (order) => order === 0,
  '!=': (order) => order !== 0,
  '>=': (order) => order >= 0,
  '>': (order) => order > 0,
  '<=': (order) => order <= 0,
  '<': (order) => order < 0,
};

/** A range, or what is wrong with the text: a sentence that begins with "expected". */
export function parseRange(text: string): VersionRange | string {
  if (text.length > RANGE_CHARS)
    return `expected a range of at most ${RANGE_CHARS} characters, found ${text.length}`;
  const terms: Term[] = [];
  for (const part of text.split(',')) {
    const term = parseTerm(part.trim());
    if (typeof term === 'string') return `${term} in "${text.trim()}"`;
    terms.push(term);
  }
  return {
    text: terms.map((term) => term.text).join(','),
    has: (version, prereleases) =>
      terms.every((term) => term.test(version)) &&
      (version.prerelease.length === 0 || prereleases || terms.some((term) => term.pins(version))),
  };
}

const never = (): boolean => false;

function parseTerm(text: string): Term | string {
  const [, operator = '==', operand = ''] = TERM.exec(text) ?? [];
  // As ansible-galaxy has it: a star is met by every version, whatever stands before it.
  if (operand === '*') return { text: '*', test: () => true, pins: never };
  const wildcard = WILDCARD.exec(operand)?.[1];
  if (wildcard !== undefined) return toWildcard(operator, wildcard);
  const loose = parseLoose(operand);
  if (!loose)
    return `expected a term such as *, 1.2.3, >=1.2 or ~1.2, found ${text === '' ? 'nothing' : `"${text}"`}`;
  return operator in COMPARED ? toCompared(operator, loose.version) : toCompatible(operator, loose);
}

function toCompared(operator: string, version: SemVer): Term {
  const isEqual = operator === '==' || operator === '=';
  const test = (other: SemVer): boolean => COMPARED[operator]?.(other.compare(version)) ?? false;
  return { text: `${isEqual ? '==' : operator}${version.version}`, test, pins: isEqual ? test : never };
}

interface Loose {
  readonly version: SemVer;
  /** As it was written, with the parts that it has. */
  readonly parts: string;
}

/** `1.2` is 1.2.0, and build metadata is no part of precedence. */
function parseLoose(text: string): Loose | undefined {
  const [, ...groups] = LOOSE.exec(text) ?? [];
  const prerelease = groups.pop() ?? '';
  const numbers = groups.filter((group) => group !== undefined).map(Number);
  const [major, minor = 0, patch = 0] = numbers;
  const version = semver.parse(`${major}.${minor}.${patch}${prerelease}`);
  if (!version) return undefined;
  return { version, parts: prerelease === '' ? numbers.join('.') : version.version };
}

/** `3.0.*`, and what compares with it: `!=3.0.*` is outside of it, `>=3.0.*` at least its first. */
function toWildcard(operator: string, prefix: string): Term | string {
  const bounds = new semver.Range(`~${prefix}`);
  const isIn = (version: SemVer): boolean => isWithin(bounds, version);
  const text = `${operator}${prefix}.*`;
  switch (operator) {
    case '==':
    case '=':
      return { text: `${prefix}.*`, test: isIn, pins: never };
    case '!=':
      return { text, test: (version) => !isIn(version), pins: never };
    default:
      return `expected ==, != or no operator before ${prefix}.*, found "${operator}"`;
  }
}

function toCompatible(operator: string, { version, parts }: Loose): Term {
  // Python's compatible release: `~=1.4` is at least 1.4 and below 2, where `~1.4` is below 1.5.
  const isPython = operator === '~=' && parts.split('.').length === 2;
  const npm = isPython
    ? `>=${version.version} <${version.major + 1}.0.0-0`
    : `${operator.replace('=', '')}${parts}`;
  const bounds = new semver.Range(npm);
  return { text: `${operator}${parts}`, test: (other) => isWithin(bounds, other), pins: never };
}

/** By precedence alone: `Range.test` has rules of its own for prereleases. */
function isWithin({ set }: semver.Range, version: SemVer): boolean {
  return set.some((comparators) => comparators.every((one) => one.test(version)));
}
