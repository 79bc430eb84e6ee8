import type { Capture } from '../html/captures.ts';
import type { HtmlElement } from '../html/parse.ts';
import { mathMlToTex } from './mathml-tex.ts';
import type { MathNode } from './node.ts';

/** Takes a `<math>` element of a page. */
export class MathMl implements Capture {
  readonly #root: MathNode;
  readonly #open: MathNode[];
  readonly #done: (tex: string, isDisplay: boolean) => void;

  constructor(element: HtmlElement, done: (tex: string, isDisplay: boolean) => void) {
    this.#root = toNode(element);
    this.#open = [this.#root];
    this.#done = done;
  }

  open(element: HtmlElement): void {
    const node = toNode(element);
    this.#open.at(-1)?.children.push(node);
    this.#open.push(node);
  }

  close(): void {
    if (this.#open.length > 1) this.#open.pop();
  }

  text(text: string): void {
    this.#open.at(-1)?.children.push(text);
  }

  end(): void {
    this.#done(mathMlToTex(this.#root), this.#root.attribute('display') === 'block');
  }
}

/** A prefix (`m:mfrac`) is of no account. */
function toNode({ name, attribute }: HtmlElement): MathNode {
  return { name: name.slice(name.indexOf(':') + 1), attribute, children: [] };
}
