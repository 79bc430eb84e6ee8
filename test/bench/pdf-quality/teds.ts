/**
 * Tree edit distance similarity of tables (Zhong et al. 2020): 1 − EditDist / max(nodes). Renaming a cell costs 1 where
 * the spans differ, else the normalised Levenshtein distance of the texts.
 */
import { type FoundCell, type FoundTable, findTables } from './markdown-tables.ts';
import { type Tree, textDistance, treeDistance, treeSize } from './tree-distance.ts';

type Label = { readonly tag: 'table' | 'tr' } | ({ readonly tag: 'td' } & FoundCell);

function tableSimilarity(a: FoundTable, b: FoundTable): number {
  const left = toTree(a);
  const right = toTree(b);
  return 1 - treeDistance(left, right, renameCost) / Math.max(treeSize(left), treeSize(right));
}

function toTree(table: FoundTable): Tree<Label> {
  return {
    label: { tag: 'table' },
    children: table.map((row) => ({
      label: { tag: 'tr' },
      children: row.map((cell) => ({ label: { tag: 'td', ...cell }, children: [] })),
    })),
  };
}

function renameCost(a: Label, b: Label): number {
  if (a.tag !== 'td' || b.tag !== 'td') return a.tag === b.tag ? 0 : 1;
  if (a.colspan !== b.colspan || a.rowspan !== b.rowspan) return 1;
  return textDistance(a.text, b.text);
}

export interface TablePair {
  readonly wanted: FoundTable;
  readonly got: FoundTable;
  readonly similarity: number;
}

interface Matching {
  readonly sum: number;
  readonly pairs: readonly TablePair[];
}

/** Tables matched in order for the best sum of similarities. */
export function matchTables(wanted: readonly FoundTable[], got: readonly FoundTable[]): readonly TablePair[] {
  return bestMatching(wanted, got).pairs;
}

function bestMatching(wanted: readonly FoundTable[], got: readonly FoundTable[]): Matching {
  const none: Matching = { sum: 0, pairs: [] };
  let row: Matching[] = [none, ...got.map(() => none)];
  for (const table of wanted) {
    const next = [none];
    for (const [index, other] of got.entries()) {
      const choices = [
        extended(row[index] ?? none, table, other),
        row[index + 1] ?? none,
        next[index] ?? none,
      ];
      next.push(choices.reduce((best, choice) => (choice.sum > best.sum ? choice : best)));
    }
    row = next;
  }
  return row.at(-1) ?? none;
}

function extended(before: Matching, wanted: FoundTable, got: FoundTable): Matching {
  const similarity = tableSimilarity(wanted, got);
  return { sum: before.sum + similarity, pairs: [...before.pairs, { wanted, got, similarity }] };
}

/** TEDS of all tables: the sum over the matched ones, over the larger count. Undefined if the reference has none. */
export function teds(reference: string, found: string): number | undefined {
  const wanted = findTables(reference);
  const got = findTables(found);
  if (wanted.length === 0) return undefined;
  return bestMatching(wanted, got).sum / Math.max(wanted.length, got.length);
}
