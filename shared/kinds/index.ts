import { SmallbatchError } from '../errors.ts';
import type { Kind } from '../kind.ts';
import { canvas } from './canvas/index.ts';
import { files } from './files/index.ts';
import { galaxy } from './galaxy/index.ts';
import { gtfs } from './gtfs/index.ts';
import { pdf } from './pdf/index.ts';
import { rows } from './rows/index.ts';

/** Every kind that is deployed: one line each. Queues, functions, memory, alarms, CLI and conformance tests follow from it. */
const registry: readonly Kind[] = [
  canvas as Kind,
  pdf as Kind,
  galaxy as Kind,
  gtfs as Kind,
  rows as Kind,
  files as Kind,
];

const kinds = new Map(registry.map((kind) => [kind.name, kind]));

export function allKinds(): readonly Kind[] {
  return [...kinds.values()];
}

/** @throws SmallbatchError SOURCE_UNKNOWN_KIND */
export function kindNamed(name: string): Kind {
  const kind = kinds.get(name);
  if (kind) return kind;
  throw new SmallbatchError(
    'SOURCE_UNKNOWN_KIND',
    `expected one of ${[...kinds.keys()].join(', ')}, found "${name}"`,
  );
}

/** Adds a kind at run time; the tests register theirs this way, and nothing that is shipped calls it. */
export function registerKind(kind: Kind): void {
  kinds.set(kind.name, kind);
}
