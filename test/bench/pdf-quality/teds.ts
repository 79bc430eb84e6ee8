/**
 * Tree edit distance similarity of tables (Zhong et al. 2020): 1 − EditDist / max(nodes). Renaming a cell costs 1 where
 * the spans differ, else the normalised Levenshtein distance of the texts.
 */
import { type FoundCell, type FoundTable, findTables } from './markdown-tables.ts';
import { type Tree, textDistance, treeDistance, treeSize } from './tree-distance.ts';

type Label = { readonly tag: 'table' | 'tr' } | ({ readonly tag: 'td' } & FoundCell);

export function tableSimilarity(a: FoundTable, b: FoundTable): number {
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

/** TEDS of all tables: matched in order for the best sum, over the larger count. Undefined if the reference has none. */
export function teds(reference: string, found: string): number | undefined {
  const wanted = findTables(reference);
  const got = findTables(found);
  if (wanted.length === 0) return undefined;
  let row = new Float64Array(got.length + 1);
  for (const table of wanted) {
    const next = new Float64Array(got.length + 1);
    for (const [index, other] of got.entries()) {
      const matched = (row[index] ?? 0) + tableSimilarity(table, other);
      next[index + 1] = Math.max(matched, row[index + 1] ?? 0, next[index] ?? 0);
    }
    row = next;
  }
  return (row.at(-1) ?? 0) / Math.max(wanted.length, got.length);
}
