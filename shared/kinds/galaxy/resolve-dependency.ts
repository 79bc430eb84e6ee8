import { newFailure } from '../../errors.ts';
import type { Item } from '../../kind.ts';
import { parseRange } from './ranges.ts';
import type { Wanted } from './resolve-collection.ts';
import { type GalaxyData, NAME } from './schema.ts';
import { unresolvedItem } from './split-items.ts';

/** Of a name in a message: it comes from strangers. */
const NAME_SHOWN_CHARS = 100;

/** What the version `by` depends on, as a requirement, or as the item that says what is wrong with it. */
export function parseDependency(
  [key, text]: readonly [string, string],
  by: string,
  server: string,
): Wanted | Item<GalaxyData> {
  const [namespace = '', name = '', ...rest] = key.split('.');
  const isName = NAME.test(namespace) && NAME.test(name) && rest.length === 0;
  const range = parseRange(text.trim() === '' ? '*' : text);
  if (isName && typeof range !== 'string') return { namespace, name, range, by, server };
  const found = `"${key.slice(0, NAME_SHOWN_CHARS)}"`;
  const problem = typeof range === 'string' ? range : `expected <namespace>.<collection>, found ${found}`;
  const failure = newFailure('REQUIREMENTS_INVALID', `${by} depends on ${found}: ${problem}`);
  return unresolvedItem({ type: 'unresolved', server, namespace, name, range: text }, failure);
}
