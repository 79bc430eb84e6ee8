import type { XmlElement, XmlVisitor } from '../../xml/read.ts';
import type { BlockWriter } from '../blocks.ts';
import { renderSpans, type Span } from '../spans.ts';
import type { Relationship } from './package.ts';
import { TableWriter } from './table.ts';

type Write = (blocks: BlockWriter) => void;

/** Places whose text repeats on every slide. */
const REPEATED = new Set(['sldNum', 'ftr', 'dt', 'hdr', 'sldImg']);
const TITLES = new Set(['title', 'ctrTitle']);

interface Paragraph {
  readonly spans: Span[];
  level: number;
}

/** Gathers one slide: its title comes first, wherever it stands in the file. */
export class SlideBody implements XmlVisitor {
  title = '';
  /** The text of the place where notes pages have their notes. */
  notes = '';
  readonly #links: ReadonlyMap<string, Relationship>;
  readonly #writes: Write[] = [];
  #place: string | undefined;
  #paragraph: Paragraph | undefined;
  #run: Omit<Span, 'text'> = {};
  #depth = 0;

  constructor(links: ReadonlyMap<string, Relationship>) {
    this.#links = links;
  }

  readonly write: Write = (blocks) => {
    const tables = new TableWriter(blocks);
    this.#tables = tables;
    for (const write of this.#writes) write(blocks);
  };

  #tables: TableWriter | undefined;

  open({ name, attributes, parent }: XmlElement): void {
    switch (name) {
      case 'sp':
      case 'graphicFrame':
        this.#place = undefined;
        break;
      case 'ph':
        this.#place = attributes.get('type') ?? 'body';
        break;
      case 'p':
        this.#paragraph = { spans: [], level: 0 };
        break;
      case 'pPr':
        this.#setLevel(Number(attributes.get('lvl') ?? 0));
        break;
      case 'r':
      case 'fld':
        this.#run = {};
        break;
      case 'rPr':
        this.#setRun(attributes);
        break;
      case 'hlinkClick':
        if (parent?.name === 'rPr') this.#setLink(attributes.get('id') ?? '');
        break;
      case 'br':
        this.#add('\n');
        break;
      default:
        if (TABLE_PARTS.has(name)) this.#openTable(name, attributes.get('gridSpan'));
    }
  }

  close({ name }: XmlElement, text: string): void {
    if (name === 't') this.#add(text);
    else if (name === 'p') this.#endParagraph();
    else if (name === 'tbl' || name === 'tr') this.#closeTable(name);
  }

  #setLevel(level: number): void {
    if (this.#paragraph !== undefined) this.#paragraph.level = level || 0;
  }

  #setRun(attributes: ReadonlyMap<string, string>): void {
    const baseline = Number(attributes.get('baseline') ?? 0);
    this.#run = {
      bold: attributes.get('b') === '1',
      italic: attributes.get('i') === '1',
      strike: /Strike$/.test(attributes.get('strike') ?? '') && attributes.get('strike') !== 'noStrike',
      ...(baseline === 0 ? {} : { raised: baseline > 0 ? 'sup' : 'sub' }),
    };
  }

  #setLink(id: string): void {
    const link = this.#links.get(id);
    if (link?.type === 'hyperlink') this.#run = { ...this.#run, link: link.target };
  }

  #add(text: string): void {
    this.#paragraph?.spans.push({ ...this.#run, text });
  }

  #endParagraph(): void {
    const { spans, level } = this.#paragraph ?? { spans: [], level: 0 };
    this.#paragraph = undefined;
    const text = renderSpans(spans);
    const place = this.#place;
    if (text === '' || (place !== undefined && REPEATED.has(place))) return;
    if (place !== undefined && TITLES.has(place))
      this.title = `${this.title} ${text.replaceAll('**', '')}`.trim();
    else this.#addText(text, place, level);
  }

  #addText(text: string, place: string | undefined, level: number): void {
    if (place === 'body') this.notes += `${this.notes === '' ? '' : '\n'}${text}`;
    if (this.#depth > 0) this.#writes.push(() => this.#tables?.addText(text));
    // outlines are lists; a text box of its own is a paragraph
    else if (place === undefined || place === 'subTitle')
      this.#writes.push((blocks) => blocks.paragraph(text));
    else this.#writes.push((blocks) => blocks.item(level, undefined, text));
  }

  #openTable(name: string, span: string | undefined): void {
    if (name === 'tbl') this.#depth += 1;
    this.#writes.push(() => {
      this.#tables?.open(name);
      if (name === 'tc' && span !== undefined) this.#tables?.span(Number(span));
    });
  }

  #closeTable(name: string): void {
    if (name === 'tbl') this.#depth -= 1;
    this.#writes.push(() => this.#tables?.close(name));
  }
}

const TABLE_PARTS = new Set(['tbl', 'gridCol', 'tr', 'tc']);
