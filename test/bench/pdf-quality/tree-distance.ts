/** Tree edit distance (Zhang and Shasha 1989) with insert and delete of cost 1 and a given cost of renaming. */
export interface Tree<L> {
  readonly label: L;
  readonly children: readonly Tree<L>[];
}

interface Flat<L> {
  /** In postorder. */
  readonly labels: readonly L[];
  /** Leftmost leaf of each node's subtree. */
  readonly leftmost: readonly number[];
  readonly keyRoots: readonly number[];
}

export function treeSize(tree: Tree<unknown>): number {
  return tree.children.reduce((sum, child) => sum + treeSize(child), 1);
}

export function treeDistance<L>(a: Tree<L>, b: Tree<L>, rename: (from: L, to: L) => number): number {
  const left = flatten(a);
  const right = flatten(b);
  const distances = left.labels.map(() => new Float64Array(right.labels.length));
  const pair = { left, right, distances, rename };
  for (const i of left.keyRoots) for (const j of right.keyRoots) fill(pair, i, j);
  return distances.at(-1)?.at(-1) ?? 0;
}

function flatten<L>(tree: Tree<L>): Flat<L> {
  const labels: L[] = [];
  const leftmost: number[] = [];
  const visit = (node: Tree<L>): number => {
    let first: number | undefined;
    for (const child of node.children) {
      const leaf = visit(child);
      first ??= leaf;
    }
    const own = first ?? labels.length;
    labels.push(node.label);
    leftmost.push(own);
    return own;
  };
  visit(tree);
  const last = new Map<number, number>();
  for (const [index, leaf] of leftmost.entries()) last.set(leaf, index);
  return { labels, leftmost, keyRoots: [...last.values()].sort((x, y) => x - y) };
}

interface Pair<L> {
  readonly left: Flat<L>;
  readonly right: Flat<L>;
  /** Between the subtrees under each pair of nodes, as far as known. */
  readonly distances: readonly Float64Array[];
  readonly rename: (from: L, to: L) => number;
}

/** Distances of all forests under the key roots `i` and `j`; those of whole subtrees go into `distances`. */
function fill<L>(pair: Pair<L>, i: number, j: number): void {
  const startI = at(pair.left.leftmost, i);
  const startJ = at(pair.right.leftmost, j);
  const width = j - startJ + 2;
  const forest = emptyForests(i - startI + 2, width);
  for (let cell = width + 1; cell < forest.length; cell += cell % width === width - 1 ? 2 : 1) {
    const nodeI = startI + Math.floor(cell / width) - 1;
    const nodeJ = startJ + (cell % width) - 1;
    const leafI = at(pair.left.leftmost, nodeI) - startI;
    const leafJ = at(pair.right.leftmost, nodeJ) - startJ;
    const isWhole = leafI === 0 && leafJ === 0;
    const kept = isWhole
      ? at(forest, cell - width - 1) +
        pair.rename(pair.left.labels[nodeI] as L, pair.right.labels[nodeJ] as L)
      : at(forest, leafI * width + leafJ) + at(pair.distances[nodeI], nodeJ);
    const best = Math.min(at(forest, cell - width) + 1, at(forest, cell - 1) + 1, kept);
    forest[cell] = best;
    if (isWhole) pair.distances[nodeI]?.set([best], nodeJ);
  }
}

/** Distances to no forest at all: the number of nodes. */
function emptyForests(height: number, width: number): Float64Array {
  const forest = new Float64Array(height * width);
  for (let y = 1; y < width; y += 1) forest[y] = y;
  for (let x = 1; x < height; x += 1) forest[x * width] = x;
  return forest;
}

function at(values: ArrayLike<number> | undefined, index: number): number {
  return values?.[index] ?? 0;
}

/** Levenshtein distance over the longer length, 0 to 1. */
export function textDistance(a: string, b: string): number {
  if (a === b) return 0;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 0; i < a.length; i += 1) row = nextRow(row, a.charCodeAt(i), b, i + 1);
  return (row[b.length] ?? 0) / Math.max(a.length, b.length);
}

function nextRow(row: readonly number[], code: number, b: string, first: number): number[] {
  const next = [first];
  let left = first;
  for (let j = 0; j < b.length; j += 1) {
    const kept = (row[j] ?? 0) + (code === b.charCodeAt(j) ? 0 : 1);
    left = Math.min(kept, left + 1, (row[j + 1] ?? 0) + 1);
    next.push(left);
  }
  return next;
}
