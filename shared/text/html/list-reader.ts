import type { BlockSink } from '../../markdown/sink.ts';
import type { HtmlElement } from './parse.ts';

interface OpenList {
  /** The number of the next item; without it the items have bullets. */
  next: number | undefined;
  hasItem: boolean;
  /** Of an item that stands in no list; it ends with the item. */
  readonly isImplied: boolean;
}

/** Markdown's markers have nine digits. */
const MAX_NUMBER = 999_999_999;

/** Lists that are open in one place. An item stays open until the next one: a list that stands between items belongs to the one before it. */
export class ListReader {
  readonly #sink: BlockSink;
  readonly #lists: OpenList[] = [];

  constructor(sink: BlockSink) {
    this.#sink = sink;
  }

  openList(element: HtmlElement): void {
    const next = element.name === 'ol' ? (numberOf(element, 'start') ?? 1) : undefined;
    this.#lists.push({ next, hasItem: false, isImplied: false });
  }

  closeList(): void {
    if (this.#lists.pop()?.hasItem) this.#sink.close();
  }

  openItem(element: HtmlElement): void {
    if (this.#lists.length === 0) this.#lists.push({ next: undefined, hasItem: false, isImplied: true });
    const list = this.#lists.at(-1);
    if (list === undefined) return;
    if (list.hasItem) this.#sink.close();
    list.hasItem = true;
    this.#sink.open({ type: 'item', ...nextNumber(list, element) });
  }

  closeItem(): void {
    if (this.#lists.at(-1)?.isImplied) this.closeList();
  }

  /** What is still open where the place ends. */
  end(): void {
    while (this.#lists.length > 0) this.closeList();
  }
}

function nextNumber(list: OpenList, element: HtmlElement): { number?: number } {
  if (list.next === undefined) return {};
  const number = Math.min(numberOf(element, 'value') ?? list.next, MAX_NUMBER);
  list.next = number + 1;
  return { number };
}

function numberOf(element: HtmlElement, name: string): number | undefined {
  const value = Number.parseInt(element.attribute(name) ?? '', 10);
  return Number.isNaN(value) ? undefined : Math.max(value, 0);
}
