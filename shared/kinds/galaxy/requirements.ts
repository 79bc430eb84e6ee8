import { isAlias, isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import { EntryReader, type Report, type Requirement } from './requirements-entry.ts';
import { describe, FILE_BYTES, RequirementsFile } from './requirements-file.ts';
import { Problems, quoted } from './requirements-problems.ts';

/** All of galaxy.ansible.com has 4,000 collections. */
const ENTRIES_MAX = 5000;

/** Where the file came from, for messages; the server of entries without a source; what is to be done with roles. */
export interface RequirementsOptions {
  readonly file: string;
  readonly server: string;
  readonly roles: 'refuse' | 'ignore';
}

export interface Requirements {
  readonly collections: readonly Requirement[];
  /** Roles that were left out. */
  readonly roles: number;
}

/**
 * The collections of a requirements.yml, as `ansible-galaxy` reads it. All that is wrong with the file is in one message.
 * @throws SmallbatchError REQUIREMENTS_INVALID
 */
export function parseRequirements(bytes: Uint8Array, options: RequirementsOptions): Requirements {
  const problems = new Problems(options.file);
  const file = isSmall(bytes, problems) ? RequirementsFile.parse(bytes, problems) : undefined;
  const requirements = file ? readRoot(file, options, problems) : NONE;
  problems.throwIfAny();
  return requirements;
}

function isSmall({ length }: Uint8Array, problems: Problems): boolean {
  if (length > FILE_BYTES)
    problems.add({}, `expected at most ${FILE_BYTES} bytes, found ${length}; use several mirrors`);
  return length <= FILE_BYTES;
}

const NONE: Requirements = { collections: [], roles: 0 };

function readRoot(file: RequirementsFile, options: RequirementsOptions, problems: Problems): Requirements {
  const { root } = file;
  if (!isMap(root)) {
    const found = isSeq(root) ? 'a list (the old form, for roles)' : describe(root ?? undefined);
    problems.add({ line: file.lineOf(root) }, `expected a mapping with the key collections, found ${found}`);
    return NONE;
  }
  const { collections, roles } = readKeys(file, root, options, problems);
  const items = isSeq(collections) ? collections.items : [];
  if (items.length === 0 || items.length > ENTRIES_MAX) {
    const found = items.length === 0 ? describe(collections) : `${items.length}`;
    const where = { line: file.lineOf(collections ?? root), place: 'collections' };
    problems.add(where, `expected a list of 1 to ${ENTRIES_MAX} entries, found ${found}`);
    return NONE;
  }
  return { collections: readEntries(file, items, new EntryReader(file, options.server), problems), roles };
}

/** The value of `collections`, and how many roles are left out. Any other key is a problem, and so are roles that may not be. */
function readKeys(file: RequirementsFile, root: YAMLMap, { roles }: RequirementsOptions, problems: Problems) {
  let collections: Node | undefined;
  let left = 0;
  for (const { key, keyNode, value } of file.entries(root)) {
    const line = file.lineOf(keyNode);
    if (key === 'collections') collections = value;
    else if (key !== 'roles')
      problems.add({ line }, `expected only the key collections, found ${quoted(key)}`);
    else if (roles === 'ignore') left = countOf(value);
    else if (countOf(value) > 0) problems.add({ line, place: 'roles' }, REFUSED_ROLES);
  }
  return { collections, roles: left };
}

const REFUSED_ROLES = 'expected none: only collections are mirrored; the option roles=ignore leaves them out';

/** Of a list its entries; whatever else is there is one. */
function countOf(node: Node | undefined): number {
  if (isSeq(node)) return node.items.length;
  return node === undefined || (isScalar(node) && node.value === null) ? 0 : 1;
}

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
  reportSources([...requirements.values()], problems);
  return [...requirements.values()].map(({ entry: _, ...requirement }) => requirement);
}

/** A mirror has each version once, and so from one server. */
function reportSources(
  requirements: readonly (Requirement & { readonly entry: number })[],
  problems: Problems,
): void {
  const first = new Map<string, Requirement & { readonly entry: number }>();
  for (const { entry, ...requirement } of requirements) {
    const key = `${requirement.namespace}.${requirement.name}`;
    const earlier = first.get(key);
    if (!earlier) first.set(key, { ...requirement, entry });
    else if (earlier.server !== requirement.server)
      problems.add(
        { place: `entry ${entry} (${key})` },
        `expected the source of entry ${earlier.entry}, ${earlier.server}, found ${requirement.server}`,
      );
  }
}
