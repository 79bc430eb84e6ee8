import type * as z from 'zod';

/** Of a document that is wrong in 900,000 places, three say as much; formatting all of them takes a gigabyte. */
const ISSUES_SHOWN = 3;

/** What is wrong with a value, on one line: `Invalid input: expected string, received number at data[3].version; … (and 7 more)`. */
export function toIssues({ issues }: z.core.$ZodError): string {
  const shown = issues.slice(0, ISSUES_SHOWN).map((issue) => `${toReason(issue)}${toPath(issue.path)}`);
  const more = issues.length - shown.length;
  return `${shown.join('; ')}${more > 0 ? ` (and ${more} more)` : ''}`;
}

/** Of an object's name that is wrong, zod's own message does not say why. */
const toReason = (issue: z.core.$ZodIssue): string =>
  (issue.code === 'invalid_key' && issue.issues[0]?.message) || issue.message;

const toPath = (path: readonly PropertyKey[]): string =>
  path.length === 0 ? '' : ` at ${path.map(toStep).join('').replace(/^\./, '')}`;

/** As JavaScript has it: `data[3].version`, `hosts["a.b"]`. */
function toStep(name: PropertyKey): string {
  if (typeof name === 'number') return `[${name}]`;
  return /^[a-z_$][\w$]*$/i.test(String(name)) ? `.${String(name)}` : `[${JSON.stringify(String(name))}]`;
}
