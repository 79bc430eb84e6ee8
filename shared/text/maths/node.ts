/** An element of a formula, in MathML or in Office's own markup. */
export interface MathNode {
  readonly name: string;
  attribute(name: string): string | undefined;
  readonly children: (MathNode | string)[];
}

export function elementsOf(node: MathNode): MathNode[] {
  return node.children.filter((child): child is MathNode => typeof child !== 'string');
}

export function childOf(node: MathNode | undefined, name: string): MathNode | undefined {
  return node === undefined ? undefined : elementsOf(node).find((child) => child.name === name);
}

/** The text of an element without that of the elements in it. */
export function ownText(node: MathNode): string {
  return node.children.filter((child) => typeof child === 'string').join('');
}
