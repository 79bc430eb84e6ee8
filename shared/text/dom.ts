import domino from '@mixmark-io/domino';

/** What is used of a DOM tree; the platform's own DOM types are not part of a Node program. */
export interface DomNode {
  readonly nodeType: number;
  readonly nodeName: string;
  readonly nodeValue: string | null;
  readonly firstChild: DomNode | null;
  readonly nextSibling: DomNode | null;
  readonly previousSibling: DomNode | null;
  readonly parentNode: DomNode | null;
  textContent: string;
}

export interface DomElement extends DomNode {
  readonly rows?: ArrayLike<DomElement>;
  readonly cells?: ArrayLike<DomElement>;
  readonly innerHTML: string;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  querySelectorAll(selector: string): ArrayLike<DomElement>;
  querySelector(selector: string): DomElement | null;
}

export interface DomDocument extends DomElement {
  readonly title: string;
  readonly body: DomElement;
}

export function parseHtml(html: string): DomDocument {
  return domino.createDocument(html) as DomDocument;
}

/** Depth of the deepest node, without recursion: converters recurse, and a page may nest deeper than their stack. */
export function depthOf(root: DomNode): number {
  let node: DomNode | null = root;
  let depth = 0;
  let deepest = 0;
  while (node !== null) {
    if (node.firstChild !== null) {
      node = node.firstChild;
      depth += 1;
      deepest = Math.max(deepest, depth);
      continue;
    }
    while (node !== null && node !== root && node.nextSibling === null) {
      node = node.parentNode;
      depth -= 1;
    }
    node = node === null || node === root ? null : node.nextSibling;
  }
  return deepest;
}
