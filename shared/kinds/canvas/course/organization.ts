import type { XmlElement } from '../../../xml/read.ts';

/** One `<item>` of the manifest's tree. */
export interface OrganizationItem {
  readonly identifier: string;
  /** The resource that it leads to, if it leads to one. */
  readonly reference: string | undefined;
  readonly title: string;
  /** 0 for the items that stand straight in the organization. */
  readonly depth: number;
}

interface OpenItem {
  readonly element: XmlElement;
  readonly item: { identifier: string; reference: string | undefined; title: string; depth: number };
}

/** Gathers the items of the manifest's organizations while it is read. */
export class OrganizationReader {
  readonly items: OrganizationItem[] = [];
  readonly #open: OpenItem[] = [];

  open(element: XmlElement): void {
    if (element.name !== 'item') return;
    const identifier = element.attributes.get('identifier') ?? '';
    const reference = element.attributes.get('identifierref') || undefined;
    const item = { identifier, reference, title: '', depth: this.#open.length };
    this.#open.push({ element, item });
    this.items.push(item);
  }

  close(element: XmlElement, text: string): void {
    const top = this.#open.at(-1);
    if (top === undefined) return;
    if (element === top.element) this.#open.pop();
    else if (element.name === 'title' && element.parent === top.element) top.item.title = text.trim();
  }
}
