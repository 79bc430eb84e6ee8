import type { XmlElement, XmlVisitor } from '../../xml/read.ts';
import type { BlockWriter } from '../blocks.ts';
import { renderSpans, type Span } from '../spans.ts';
import { TableWriter } from './table.ts';

type TextStyle = Pick<Span, 'bold' | 'italic' | 'strike' | 'raised'>;

interface Paragraph {
  readonly spans: Span[];
  /** Of a heading. */
  readonly level: number | undefined;
}

/** Not part of what is read: comments, tracked deletions, the drawing of charts. */
const SKIPPED = new Set([
  'annotation',
  'tracked-changes',
  'forms',
  'settings',
  'desc',
  'title',
  'sequence-decls',
]);
/** OpenDocument's table elements by the names that TableWriter knows. */
const TABLE: ReadonlyMap<string, string> = new Map([
  ['table', 'tbl'],
  ['table-column', 'gridCol'],
  ['table-row', 'tr'],
  ['table-cell', 'tc'],
  ['covered-table-cell', 'tc'],
]);
/** `text:s` may claim any number of spaces; Markdown shows one. */
const MARKS: ReadonlyMap<string, string> = new Map([
  ['s', ' '],
  ['tab', ' '],
  ['line-break', '\n'],
]);

/** Follows content.xml and writes its blocks. */
export class OdfBody implements XmlVisitor {
  readonly #blocks: BlockWriter;
  readonly #tables: TableWriter;
  readonly #styles = new Map<string, TextStyle>();
  readonly #numbered = new Set<string>();
  readonly #paragraphs: Paragraph[] = [];
  readonly #spans: TextStyle[] = [];
  readonly #links: string[] = [];
  /** One entry per open list: its number so far, or nothing for bullets. */
  readonly #lists: { count: number; style: string }[] = [];
  #style = '';
  #skipped = 0;

  constructor(blocks: BlockWriter) {
    this.#blocks = blocks;
    this.#tables = new TableWriter(blocks);
  }

  open(element: XmlElement): void {
    if (this.#skipped > 0 || SKIPPED.has(element.name)) this.#skipped += 1;
    else this.#start(element);
  }

  #start(element: XmlElement): void {
    const { name, attributes } = element;
    const table = TABLE.get(name);
    if (table !== undefined) this.#openTable(table, attributes);
    else if (name === 'h' || name === 'p') this.#openParagraph(element);
    else if (name === 'span') this.#spans.push(this.#styles.get(attributes.get('style-name') ?? '') ?? {});
    else if (name === 'a') this.#links.push(attributes.get('href') ?? '');
    else this.#openOther(element);
  }

  text(text: string): void {
    const paragraph = this.#paragraphs.at(-1);
    if (this.#skipped > 0 || paragraph === undefined) return;
    const link = this.#links.at(-1);
    paragraph.spans.push({ ...this.#spans.at(-1), text, ...(link === undefined ? {} : { link }) });
  }

  close({ name }: XmlElement): void {
    if (this.#skipped > 0) {
      this.#skipped -= 1;
      return;
    }
    const table = TABLE.get(name);
    if (table !== undefined) this.#tables.close(table);
    else if (name === 'h' || name === 'p') this.#endParagraph();
    else if (name === 'span') this.#spans.pop();
    else if (name === 'a') this.#links.pop();
    else if (name === 'list') this.#lists.pop();
  }

  #openParagraph({ name, attributes }: XmlElement): void {
    const level = name === 'h' ? Number(attributes.get('outline-level') ?? 1) || 1 : undefined;
    this.#paragraphs.push({ spans: [], level });
  }

  #openTable(name: string, attributes: ReadonlyMap<string, string>): void {
    const repeated = Number(attributes.get('number-columns-repeated') ?? 1) || 1;
    // a column may be repeated to the end of the sheet; two are enough to know that it is a table
    for (let column = 0; column < (name === 'gridCol' ? Math.min(repeated, 2) : 1); column++)
      this.#tables.open(name);
  }

  #openOther({ name, attributes }: XmlElement): void {
    const styleName = attributes.get('style-name') ?? '';
    switch (name) {
      case 'list':
        this.#lists.push({ count: 0, style: styleName || (this.#lists.at(-1)?.style ?? '') });
        break;
      case 'style':
      case 'list-style':
        this.#style = attributes.get('style:name') ?? attributes.get('name') ?? '';
        break;
      case 'text-properties':
        this.#styles.set(this.#style, textStyle(attributes));
        break;
      case 'list-level-style-number':
        this.#numbered.add(`${this.#style} ${attributes.get('level') ?? ''}`);
        break;
      case 'page':
        this.#blocks.heading(2, attributes.get('draw:name') ?? attributes.get('name') ?? '');
        break;
      default:
        this.text(MARKS.get(name) ?? '');
    }
  }

  #endParagraph(): void {
    const paragraph = this.#paragraphs.pop();
    if (paragraph === undefined) return;
    const text = renderSpans(paragraph.spans);
    if (text === '' || this.#tables.addText(text)) return;
    const list = this.#lists.at(-1);
    if (paragraph.level !== undefined) this.#blocks.heading(paragraph.level, text.replaceAll('**', ''));
    else if (list === undefined) this.#blocks.paragraph(text);
    else this.#item(list, text);
  }

  #item(list: { count: number; style: string }, text: string): void {
    const depth = this.#lists.length;
    list.count += 1;
    const isNumbered = this.#numbered.has(`${list.style} ${depth}`);
    this.#blocks.item(depth - 1, isNumbered ? list.count : undefined, text);
  }
}

function textStyle(attributes: ReadonlyMap<string, string>): TextStyle {
  const position = attributes.get('text-position') ?? '';
  const strike = attributes.get('text-line-through-style');
  return {
    bold: /^(?:bold|[6-9]00)$/.test(attributes.get('font-weight') ?? ''),
    italic: /^(?:italic|oblique)$/.test(attributes.get('font-style') ?? ''),
    strike: strike !== undefined && strike !== 'none',
    ...(/^super|^[1-9]/.test(position) ? { raised: 'sup' } : {}),
    ...(/^sub|^-/.test(position) ? { raised: 'sub' } : {}),
  };
}
