import { isAlias, isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import { EntryReader, type Report, type Requirement } from './requirements-entry.ts';
import { describe, FILE_BYTES, RequirementsFile } from './requirements-file.ts';
import { Problems, quoted } from './requirements-problems.ts';

/** All of galaxy.ansible.com has 4,000 collections. */
const ENTRIES_MAX = 5000;

/** Where the file came from, for messages, and the one server that its entries may name. */
export interface RequirementsOptions {
  readonly file: string;
  readonly server: string;
}

/**
 * The collections of a requirements.yml, as `ansible-galaxy` reads it. All that is wrong with the file is in one message.
 * @throws SmallbatchError REQUIREMENTS_INVALID
 */
export function parseRequirements(bytes: Uint8Array, options: RequirementsOptions): Requirement[] {
  const problems = new Problems(options.file);
  const file = isSmall(bytes, problems) ? RequirementsFile.parse(bytes, problems) : undefined;
  const requirements = file ? readRoot(file, options.server, problems) : [];
  problems.throwIfAny();
  return requirements;
}

function isSmall({ length }: Uint8Array, problems: Problems): boolean {
  if (length > FILE_BYTES)
    problems.add({}, `expected at most ${FILE_BYTES} bytes, found ${length}; use several mirrors`);
  return length <= FILE_BYTES;
}

function readRoot(file: RequirementsFile, server: string, problems: Problems): Requirement[] {
  const { root } = file;
  if (!isMap(root)) {
    const found = isSeq(root) ? 'a list (the old form, for roles)' : describe(root ?? undefined);
    problems.add({ line: file.lineOf(root) }, `expected a mapping with the key collections, found ${found}`);
    return [];
  }
  const collections = readKeys(file, root, problems);
  const items = isSeq(collections) ? collections.items : [];
  if (items.length === 0 || items.length > ENTRIES_MAX) {
    const found = items.length === 0 ? describe(collections) : `${items.length}`;
    const where = { line: file.lineOf(collections ?? root), place: 'collections' };
    problems.add(where, `expected a list of 1 to ${ENTRIES_MAX} entries, found ${found}`);
    return [];
  }
  return readEntries(file, items, new EntryReader(file, server), problems);
}

/** The value of `collections`; any other key is a problem, but for roles that are none. */
function readKeys(file: RequirementsFile, root: YAMLMap, problems: Problems): Node | undefined {
  let collections: Node | undefined;
  for (const { key, keyNode, value } of file.entries(root)) {
    const line = file.lineOf(keyNode);
    if (key === 'collections') collections = value;
    else if (key !== 'roles')
      problems.add({ line }, `expected only the key collections, found ${quoted(key)}`);
    else if (!isEmpty(value))
      problems.add({ line, place: 'roles' }, 'expected none: only collections are mirrored');
  }
  return collections;
}

const isEmpty = (node: Node | undefined): boolean =>
  node === undefined || (isScalar(node) ? node.value === null : isSeq(node) && node.items.length === 0);

function readEntries(
  file: RequirementsFile,
  items: readonly unknown[],
  reader: EntryReader,
  problems: Problems,
): Requirement[] {
  const requirements = new Map<string, Requirement & { readonly entry: number }>();
  for (const [index, item] of items.entries()) {
    const node = file.resolve(item);
    const name = reader.nameOf(node);
    const entry = index + 1;
    const place = `entry ${entry}${name === undefined ? '' : ` (${name})`}`;
    const report: Report = (at, sentence) =>
      problems.add({ line: file.lineOf(isAlias(item) ? item : (at ?? node)), place }, sentence);
    const read = reader.read(node, report);
    if (!read) continue;
    const key = `${read.namespace}.${read.name} ${read.range.text}`;
    const earlier = requirements.get(key);
    if (earlier) report(node, `expected each range once, found it in entry ${earlier.entry}, too`);
    else requirements.set(key, { ...read, entry });
  }
  return [...requirements.values()].map(({ namespace, name: collection, range }) => ({
    namespace,
    name: collection,
    range,
  }));
}
