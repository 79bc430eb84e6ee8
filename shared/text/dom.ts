import domino from '@mixmark-io/domino';
import { SmallbatchError } from '../errors.ts';

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
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  querySelectorAll(selector: string): ArrayLike<DomElement>;
}

export interface DomDocument extends DomElement {
  readonly title: string;
  readonly body: DomElement;
}

/** The parser looks through all open elements at every tag: 20,000 nested levels take 11 s, 2,000 take 0.1 s. */
const MAX_UNCLOSED = 2_000;
/** An element with its text takes 1.5 KB as a tree and in conversion; a page of 1,000 printed pages has 50,000. */
const MAX_ELEMENTS = 100_000;
const TAG = /<(\/?)([a-z][a-z0-9]*)/gi;
/** Never closed, or closed by what follows. */
const UNCOUNTED = new Set(
  'area base br col embed hr img input link meta param source track wbr li p td th tr option dt dd tbody thead tfoot'.split(
    ' ',
  ),
);

/** Throws ITEM_TOO_LARGE for a page that opens thousands of elements within each other, or a hundred thousand in all. */
export function parseHtml(html: string): DomDocument {
  checkSize(html);
  return domino.createDocument(html) as DomDocument;
}

function checkSize(html: string): void {
  const unclosed = new Map<string, number>();
  let elements = 0;
  for (const [, slash, tag = ''] of html.matchAll(TAG)) {
    const name = tag.toLowerCase();
    const step = slash === '' ? 1 : -1;
    elements += Math.max(step, 0);
    if (elements > MAX_ELEMENTS) throw tooLarge(`of over ${MAX_ELEMENTS} elements`);
    if (UNCOUNTED.has(name)) continue;
    const count = Math.max((unclosed.get(name) ?? 0) + step, 0);
    if (count > MAX_UNCLOSED) throw tooLarge(`nested too deep, over ${MAX_UNCLOSED} unclosed <${name}>`);
    unclosed.set(name, count);
  }
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

export function tooLarge(what: string): SmallbatchError {
  return new SmallbatchError('ITEM_TOO_LARGE', `HTML ${what}`);
}
