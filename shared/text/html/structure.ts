import type { Block, Cell } from '../../markdown/block.ts';
import { type BlockSink, BlockTree } from '../../markdown/sink.ts';
import { TableGatherer } from '../table-gatherer.ts';
import { BLOCKS, headingLevel } from './elements.ts';
import type { HtmlElement } from './parse.ts';
import { Place } from './place.ts';

/** Follows what holds what on a page: blocks, lists, quotes, tables. */
export class Structure {
  readonly #places: Place[] = [];
  readonly #tables: TableGatherer[] = [];
  #place: Place;

  constructor(sink: BlockSink) {
    this.#place = new Place(sink);
  }

  /** Where content belongs now. */
  get place(): Place {
    return this.#place;
  }

  open(element: HtmlElement): void {
    switch (element.name) {
      case 'ul':
      case 'ol':
      case 'menu':
      case 'dir':
        this.#place.flush();
        this.#place.lists.openList(element);
        break;
      case 'li':
        this.#place.flush();
        this.#place.lists.openItem(element);
        break;
      case 'blockquote':
        this.#place.flush();
        this.#place.sink.open({ type: 'quote' });
        this.#enter(this.#place.sink, element);
        break;
      default:
        if (!this.#openTablePart(element)) this.#openBlock(element.name);
    }
  }

  close(element: HtmlElement): void {
    const { name } = element;
    if (this.#place.element === element) this.#leave(element);
    else if (name === 'tr') this.#tables.at(-1)?.endRow();
    else if (BLOCKS.has(name)) this.#place.flush();
    if (headingLevel(name) !== undefined) this.#place.heading = undefined;
    if (name === 'li') this.#place.lists.closeItem();
    else if (LISTS.has(name)) this.#place.lists.closeList();
  }

  /** After the last element. */
  end(): void {
    this.#place.end();
  }

  #openBlock(name: string): void {
    if (BLOCKS.has(name)) this.#place.flush();
    const level = headingLevel(name);
    if (level !== undefined) this.#place.heading = level;
  }

  #openTablePart(element: HtmlElement): boolean {
    const table = this.#tables.at(-1);
    if (element.name === 'table') this.#openTable(element, table);
    else if (table === undefined) return false;
    else if (element.name === 'tr') this.#leaveCell(table)?.openRow();
    else if (CELLS.has(element.name)) this.#openCell(element, table);
    else if (HEADS.has(element.name)) table.markAsData();
    return TABLE_PARTS.has(element.name);
  }

  #openTable(element: HtmlElement, outer: TableGatherer | undefined): void {
    this.#place.flush();
    outer?.markAsOuter();
    const isLayout = /^(?:presentation|none)$/i.test(element.attribute('role')?.trim() ?? '');
    const table = new TableGatherer(this.#place.sink, isLayout);
    this.#tables.push(table);
    this.#enter(table.before, element);
  }

  #openCell(element: HtmlElement, table: TableGatherer): void {
    this.#leaveCell(table);
    if (element.name === 'th') table.markAsData();
    this.#enter(new BlockTree(), element);
  }

  /** A cell that was not closed ends where the next one, or a row, begins. */
  #leaveCell(table: TableGatherer): TableGatherer {
    const { element } = this.#place;
    if (element !== undefined && CELLS.has(element.name)) this.#leave(element);
    else this.#place.flush();
    return table;
  }

  #enter(sink: BlockSink, element: HtmlElement): void {
    this.#places.push(this.#place);
    this.#place = new Place(sink, element);
  }

  #leave(element: HtmlElement): void {
    const { sink } = this.#place;
    this.#place.end();
    this.#place = this.#places.pop() ?? this.#place;
    if (element.name === 'blockquote') sink.close();
    else if (element.name === 'table') this.#tables.pop()?.end();
    else if (sink instanceof BlockTree) this.#tables.at(-1)?.addCell(toCell(element, sink.blocks()));
  }
}

function toCell(element: HtmlElement, blocks: readonly Block[]): Cell {
  const colspan = spanOf(element, 'colspan');
  const rowspan = spanOf(element, 'rowspan');
  return { blocks, colspan, rowspan, isHead: element.name === 'th' };
}

/** Browsers read no more than this (HTML standard, 4.9.11). */
const MAX_SPAN = 1_000;

function spanOf(element: HtmlElement, name: string): number {
  const value = Number.parseInt(element.attribute(name) ?? '1', 10);
  return Number.isNaN(value) ? 1 : Math.min(Math.max(value, 1), MAX_SPAN);
}

const LISTS = new Set(['ul', 'ol', 'menu', 'dir']);
const CELLS = new Set(['td', 'th']);
const HEADS = new Set(['caption', 'thead']);
const TABLE_PARTS = new Set(['table', 'tr', 'td', 'th']);
