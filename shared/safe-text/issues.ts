import * as z from 'zod';

/** Of a document that is wrong in 900,000 places, three say as much; formatting all of them takes a gigabyte. */
const ISSUES_SHOWN = 3;

/** What is wrong with a value, on one line: `Invalid input: expected string, received number at data[3].version; … (and 7 more)`. */
export function toIssues({ issues }: z.core.$ZodError): string {
  const shown = issues.slice(0, ISSUES_SHOWN).map(({ path, message }) => `${message}${toPath(path)}`);
  const more = issues.length - shown.length;
  return `${shown.join('; ')}${more > 0 ? ` (and ${more} more)` : ''}`;
}

const toPath = (path: readonly PropertyKey[]): string =>
  path.length === 0 ? '' : ` at ${z.core.toDotPath(path)}`;
