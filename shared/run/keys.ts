import { SmallbatchError } from '../errors.ts';
import type { Output } from '../kind.ts';

/**
 * Where things lie in the results bucket. What readers see is under `<kind>/<name>/`; a run's own work is under `runs/`
 * and expires by a lifecycle rule, as does what kinds keep under `journal/` for later runs. A group is `<run>.<generation>`, a child group `<parent group>/<cluster index>`.
 */
const KEY_BYTES = 1024;
/** What the run itself keeps beside the outputs. */
const LATEST = 'latest.json';
const MANIFESTS = 'manifests/';
const VERSIONS = 'versions/';
const digits = (n: number): string => String(n).padStart(6, '0');

export const rootGroup = (run: string, generation: number): string => `${run}.${generation}`;
/** The root group of a group's run. */
export const rootOf = (group: string): string => group.split('/', 1)[0] ?? group;
export const childGroup = (group: string, index: number): string => `${group}/${index}`;

/** A child group's place in its parent, or undefined for a run's root group. */
export function parentOf(group: string): { group: string; index: number } | undefined {
  const slash = group.lastIndexOf('/');
  return slash < 0 ? undefined : { group: group.slice(0, slash), index: Number(group.slice(slash + 1)) };
}

/** A child's id in its group: which of the expansions it belongs to, and its id among those. */
export const toChildId = (expansion: number, id: string): string => `${expansion}#${id}`;

export function parseChildId(childId: string): { expansion: number; id: string } {
  const hash = childId.indexOf('#');
  return { expansion: Number(childId.slice(0, hash)), id: childId.slice(hash + 1) };
}

/** An item's id as its kind gave it: a kind may name outputs after it, wherever the item runs. */
export const toKindId = (group: string, id: string): string =>
  parentOf(group) === undefined ? id : parseChildId(id).id;

export const planKey = (group: string, attempt: number, part: number): string =>
  `runs/${group}/plan/${attempt}/${digits(part)}.jsonl`;
export const unchangedKey = (group: string, attempt: number): string =>
  `runs/${group}/plan/${attempt}/unchanged.bin`;
export const resultKey = (group: string, index: number): string =>
  `runs/${group}/clusters/${digits(index)}.jsonl`;
/** What a child group is planned for; the plan attempt that sealed the group says which one holds. */
export const expandedKey = (group: string, attempt: number): string =>
  `runs/${group}/plan/${attempt}/expanded.json`;
export const reportKey = (group: string): string => `runs/${group}/report.json`;
export const stagedKey = (group: string, path: string): string => checked(`runs/${group}/out/${path}`);

export const journalKey = (kind: string, key: string): string => checked(`journal/${kind}/${key}`);

export const publishedPrefix = (kind: string, name: string): string => `${kind}/${name}/`;
/** The folders of a versioned kind's runs, one for each. */
export const versionsPrefix = (prefix: string): string => `${prefix}${VERSIONS}`;
/** @throws SmallbatchError KEY_TOO_LONG, KEY_RESERVED */
export function publishedKey(prefix: string, { path }: Pick<Output, 'path'>): string {
  if (path === LATEST || path.startsWith(MANIFESTS) || path.startsWith(VERSIONS)) {
    throw new SmallbatchError(
      'KEY_RESERVED',
      `expected an output other than ${LATEST}, ${MANIFESTS}… and ${VERSIONS}…, found ${path}`,
    );
  }
  return checked(`${prefix}${path}`);
}
export const manifestKey = (prefix: string, group: string): string => `${prefix}${MANIFESTS}${group}.jsonl`;
export const latestKey = (prefix: string): string => `${prefix}${LATEST}`;

function checked(key: string): string {
  const bytes = Buffer.byteLength(key);
  if (bytes <= KEY_BYTES) return key;
  throw new SmallbatchError(
    'KEY_TOO_LONG',
    `expected a key of at most ${KEY_BYTES} bytes, found ${bytes}: ${key.slice(0, 80)}…`,
  );
}
