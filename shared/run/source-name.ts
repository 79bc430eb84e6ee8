import { allOf, anyOf, type Clause, is, isAbsent } from '../aws/condition.ts';
import { updateRow } from '../aws/table.ts';
import { SmallbatchError } from '../errors.ts';
import type { Kind } from '../kind.ts';
import { sourceKey } from './published.ts';

/**
 * Takes a name for the uploads of one key: what lies below `<kind>/<name>/` is theirs alone. The first upload of all takes it; another
 * file under the same name is another source, and would replace what readers see of the first one. Nor may a name lie below another
 * (`x` and `x/y`): the outputs of the one could be those of the other. Of a kind whose folder is the source, every file in it counts.
 * @throws SmallbatchError SOURCE_NAME_TAKEN
 */
export async function takeName(
  { name: kind, newestInFolder }: Kind,
  name: string,
  key: string,
): Promise<void> {
  const file = newestInFolder ? key.slice(0, key.lastIndexOf('/')) : key;
  for (const above of namesAbove(name)) {
    const row = await note(kind, above, { below: name }, isAbsent('file'));
    if (!row) throw taken(key, `a name that lies in no other, found "${name}", which lies below "${above}"`);
  }
  const isOwn = allOf(isAbsent('below'), anyOf(isAbsent('file'), is('file', file)));
  if (await note(kind, name, { file }, isOwn)) return;
  throw taken(key, `the name "${name}" to be free, found it (or a name below it) taken by another file`);
}

async function note(kind: string, name: string, set: Readonly<Record<string, string>>, condition: Clause) {
  return await updateRow(sourceKey({ kind, name }), { set, condition, isKept: true });
}

/** `a/b/c` → `a`, `a/b` */
function namesAbove(name: string): string[] {
  const segments = name.split('/');
  return segments.slice(1).map((_, n) => segments.slice(0, n + 1).join('/'));
}

function taken(key: string, expected: string): SmallbatchError {
  return new SmallbatchError(
    'SOURCE_NAME_TAKEN',
    `${key}: expected ${expected}; upload it under a name of its own`,
  );
}
