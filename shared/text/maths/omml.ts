import type { XmlElement } from '../../xml/read.ts';
import type { MathNode } from './node.ts';
import { ommlToTex } from './omml-tex.ts';

/** Takes the elements of one `oMath`; `close` answers its TeX at its end. */
export class OmmlReader {
  readonly #root: MathNode;
  readonly #open: MathNode[];

  constructor(element: XmlElement) {
    this.#root = toNode(element);
    this.#open = [this.#root];
  }

  open(element: XmlElement): void {
    const node = toNode(element);
    this.#open.at(-1)?.children.push(node);
    this.#open.push(node);
  }

  close(text: string): string | undefined {
    const node = this.#open.pop();
    if (node !== undefined && node.children.length === 0) node.children.push(text);
    return this.#open.length === 0 ? ommlToTex(this.#root) : undefined;
  }
}

function toNode({ name, attributes }: XmlElement): MathNode {
  return { name, attribute: (key) => attributes.get(key), children: [] };
}
