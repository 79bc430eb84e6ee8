import type { Block } from '../../markdown/block.ts';
import { type Inline, plainText, type Style } from '../../markdown/inline.ts';
import { BlockTree } from '../../markdown/sink.ts';
import type { XmlElement, XmlVisitor } from '../../xml/read.ts';
import { OmmlReader } from '../maths/omml.ts';
import { Flow } from './flow.ts';
import type { Relationship } from './package.ts';
import { pictureText } from './picture.ts';
import { Tables } from './tables.ts';

/** Places whose text repeats on every slide. */
const REPEATED = new Set(['sldNum', 'ftr', 'dt', 'hdr', 'sldImg']);
const TITLES = new Set(['title', 'ctrTitle']);

interface Paragraph {
  readonly content: Inline[];
  level: number;
}

/** Gathers one slide: its title comes first, wherever it stands in the file. */
export class SlideBody implements XmlVisitor {
  readonly title: Inline[] = [];
  /** The paragraphs of the place where notes pages have their notes. */
  readonly notes: (readonly Inline[])[] = [];
  /** Parts that are drawn on the slide: charts, and the words of diagrams. */
  readonly drawings: string[] = [];
  /** Is it left out of the show? */
  isHidden = false;
  readonly #links: ReadonlyMap<string, Relationship>;
  readonly #tree = new BlockTree();
  readonly #tables = new Tables(new Flow(this.#tree));
  #place: string | undefined;
  #paragraph: Paragraph | undefined;
  #run: Style = {};
  #formula: OmmlReader | undefined;
  #skipped = 0;

  constructor(links: ReadonlyMap<string, Relationship>) {
    this.#links = links;
  }

  blocks(): readonly Block[] {
    this.#tables.flow.end();
    return this.#tree.blocks();
  }

  open(element: XmlElement): void {
    // what is drawn for old readers repeats what new ones read
    if (this.#skipped > 0 || element.name === 'Fallback') this.#skipped += 1;
    else if (this.#formula !== undefined) this.#formula.open(element);
    else if (!this.#openTablePart(element)) this.#start(element);
  }

  close({ name }: XmlElement, text: string): void {
    if (this.#skipped > 0) this.#skipped -= 1;
    else if (this.#formula !== undefined) this.#endFormula(this.#formula.close(text));
    else if (name === 't') this.#add(text);
    else if (name === 'p') this.#endParagraph();
    else if (name === 'tc') this.#tables.closeCell();
    else if (name === 'tr') this.#tables.closeRow();
    else if (name === 'tbl') this.#tables.close();
  }

  #start(element: XmlElement): void {
    const { name, attributes, parent } = element;
    switch (name) {
      case 'sld':
        this.isHidden = /^(?:0|false)$/.test(attributes.get('show') ?? '');
        break;
      case 'sp':
      case 'pic':
      case 'graphicFrame':
        this.#place = undefined;
        break;
      case 'cNvPr':
        this.#tables.flow.paragraph(pictureText(attributes));
        break;
      case 'chart':
      case 'relIds':
        this.#addDrawing(attributes.get('r:dm') ?? attributes.get('dm') ?? attributes.get('id') ?? '');
        break;
      case 'ph':
        this.#place = attributes.get('type') ?? 'body';
        break;
      case 'p':
        this.#paragraph = { content: [], level: 0 };
        break;
      case 'pPr':
        this.#setLevel(Number(attributes.get('lvl') ?? 0));
        break;
      case 'r':
      case 'fld':
        this.#run = {};
        break;
      case 'rPr':
        this.#run = runStyle(attributes);
        break;
      case 'hlinkClick':
        if (parent?.name === 'rPr') this.#setLink(attributes.get('id') ?? '');
        break;
      case 'br':
        this.#add('\n');
        break;
      case 'oMath':
        this.#formula = new OmmlReader(element);
    }
  }

  #openTablePart({ name, attributes }: XmlElement): boolean {
    if (name === 'tbl') this.#tables.open();
    else if (name === 'tr') this.#tables.openRow();
    else if (name !== 'tc') return false;
    else if (isCovered(attributes)) this.#skipped = 1;
    else {
      this.#tables.openCell();
      this.#tables.span({ columns: count(attributes, 'gridSpan'), rows: count(attributes, 'rowSpan') });
    }
    return true;
  }

  #addDrawing(id: string): void {
    const target = this.#links.get(id)?.target;
    if (target !== undefined) this.drawings.push(target);
  }

  #setLevel(level: number): void {
    if (this.#paragraph !== undefined) this.#paragraph.level = level || 0;
  }

  #setLink(id: string): void {
    const link = this.#links.get(id);
    if (link?.type === 'hyperlink') this.#run = { ...this.#run, link: link.target };
  }

  #add(text: string): void {
    this.#paragraph?.content.push({ ...this.#run, type: 'text', text });
  }

  #endFormula(tex: string | undefined): void {
    if (tex === undefined) return;
    this.#formula = undefined;
    this.#paragraph?.content.push({ type: 'maths', tex });
  }

  #endParagraph(): void {
    const { content, level } = this.#paragraph ?? { content: [], level: 0 };
    this.#paragraph = undefined;
    const place = this.#place;
    if (plainText(content) === '' || (place !== undefined && REPEATED.has(place))) return;
    if (place !== undefined && TITLES.has(place)) this.title.push(...content, { type: 'text', text: ' ' });
    else this.#addText(content, place, level);
  }

  #addText(content: readonly Inline[], place: string | undefined, level: number): void {
    if (place === 'body') this.notes.push(content);
    // outlines are lists; a text box of its own, or a cell, has paragraphs
    if (place === undefined || place === 'subTitle') this.#tables.flow.paragraph(content);
    else this.#tables.flow.item(level, undefined, content);
  }
}

/** The part of a merged cell that another one shows. */
function isCovered(attributes: ReadonlyMap<string, string>): boolean {
  return attributes.get('hMerge') === '1' || attributes.get('vMerge') === '1';
}

function count(attributes: ReadonlyMap<string, string>, name: string): number {
  return Number(attributes.get(name) ?? 1) || 1;
}

function runStyle(attributes: ReadonlyMap<string, string>): Style {
  const baseline = Number(attributes.get('baseline') ?? 0);
  return {
    bold: attributes.get('b') === '1',
    italic: attributes.get('i') === '1',
    strike: /Strike$/.test(attributes.get('strike') ?? '') && attributes.get('strike') !== 'noStrike',
    ...(baseline === 0 ? {} : { raised: baseline > 0 ? 'sup' : 'sub' }),
  };
}
