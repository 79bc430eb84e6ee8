/**
 * Markdown heading similarity: headings and the content between them as a flat list under one root, compared by tree edit
 * distance; 1 − EditDist / max(nodes). Stricter than the published one in that a heading of another level is a wrong heading.
 */
import { type Tree, textDistance, treeDistance, treeSize } from './tree-distance.ts';

interface Node {
  readonly kind: 'root' | 'content' | `h${number}`;
  readonly text: string;
}

export interface Heading {
  readonly level: number;
  readonly text: string;
}

/** The headings of a Markdown text, marks off. */
export function findHeadings(markdown: string): Heading[] {
  return toTree(markdown).children.flatMap(({ label: { kind, text } }) =>
    kind.startsWith('h') ? [{ level: Number(kind.slice(1)), text }] : [],
  );
}

/** Undefined if the reference has no heading. */
export function mhs(reference: string, found: string): number | undefined {
  const wanted = toTree(reference);
  if (!wanted.children.some(({ label }) => label.kind.startsWith('h'))) return undefined;
  const got = toTree(found);
  return 1 - treeDistance(wanted, got, renameCost) / Math.max(treeSize(wanted), treeSize(got));
}

function renameCost(a: Node, b: Node): number {
  return a.kind === b.kind ? textDistance(a.text, b.text) : 1;
}

function toTree(markdown: string): Tree<Node> {
  const nodes: Node[] = [];
  let content: string[] = [];
  const flush = (): void => {
    const text = plain(content.join(' '));
    if (text !== '') nodes.push({ kind: 'content', text });
    content = [];
  };
  let isFenced = false;
  for (const line of markdown.split('\n')) {
    if (/^\s*(```|~~~)/.test(line)) isFenced = !isFenced;
    const heading = isFenced ? null : /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
    if (!heading) {
      content.push(line);
      continue;
    }
    flush();
    nodes.push({ kind: `h${heading[1]?.length ?? 0}`, text: plain(heading[2] ?? '') });
  }
  flush();
  return { label: { kind: 'root', text: '' }, children: nodes.map((label) => ({ label, children: [] })) };
}

function plain(text: string): string {
  return text
    .replace(/[*_`|#>-]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
