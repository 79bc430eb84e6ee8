import type { XmlElement, XmlVisitor } from '../../xml/read.ts';
import type { BlockWriter } from '../blocks.ts';
import { renderSpans, type Span } from '../spans.ts';
import type { Numbering, ParagraphStyle } from './docx-styles.ts';
import { ListCounter } from './list-counter.ts';
import type { Relationship } from './package.ts';
import { TableWriter } from './table.ts';

export interface DocxContext {
  readonly styles: ReadonlyMap<string, ParagraphStyle>;
  readonly numbering: Numbering;
  readonly links: ReadonlyMap<string, Relationship>;
}

interface Paragraph {
  spans: Span[];
  style: string;
  outline: number | undefined;
  numId: string | undefined;
  level: number;
}

type RunStyle = Omit<Span, 'text'>;

/** What is drawn for old readers repeats what new ones read (ISO 29500-3, 9.3). */
const SKIPPED = new Set(['Fallback', 'del', 'moveFrom']);

/** Follows the body of document.xml, footnotes.xml or endnotes.xml and writes its blocks. */
export class DocxBody implements XmlVisitor {
  readonly #blocks: BlockWriter;
  readonly #context: DocxContext;
  readonly #lists = new ListCounter();
  readonly #tables: TableWriter;
  readonly #paragraphs: Paragraph[] = [];
  #run: RunStyle = {};
  #link: string | undefined;
  #note: string | undefined;
  #skipped = 0;

  constructor(blocks: BlockWriter, context: DocxContext) {
    this.#blocks = blocks;
    this.#context = context;
    this.#tables = new TableWriter(blocks);
  }

  open(element: XmlElement): void {
    if (this.#skipped > 0 || isSkipped(element)) this.#skipped += 1;
    else if (element.parent?.name === 'rPr') this.#runProperty(element);
    else if (element.parent?.name === 'pPr' || element.parent?.name === 'numPr')
      this.#paragraphProperty(element);
    else this.#start(element);
  }

  close(element: XmlElement, text: string): void {
    if (this.#skipped > 0) {
      this.#skipped -= 1;
      return;
    }
    if (element.name === 't') this.#add(text);
    else if (element.name === 'p') this.#endParagraph();
    else if (element.name === 'hyperlink') this.#link = undefined;
    else if (element.name === 'footnote' || element.name === 'endnote') this.#note = undefined;
    else this.#tables.close(element.name);
  }

  #start(element: XmlElement): void {
    const { name, attributes } = element;
    const id = attributes.get('id') ?? '';
    switch (name) {
      case 'p':
        this.#paragraphs.push({ spans: [], style: '', outline: undefined, numId: undefined, level: 0 });
        break;
      case 'r':
        this.#run = {};
        break;
      case 'hyperlink':
        this.#link = this.#context.links.get(id)?.target;
        break;
      case 'footnote':
      case 'endnote':
        this.#note = `${name === 'endnote' ? 'e' : ''}${id}`;
        break;
      case 'footnoteReference':
        this.#addRaw(`[^${id}]`);
        break;
      case 'endnoteReference':
        this.#addRaw(`[^e${id}]`);
        break;
      default:
        if (element.parent?.name === 'r') this.#add(MARKS.get(name) ?? '');
        this.#tables.open(name, attributes.get('val'));
    }
  }

  #runProperty({ name, attributes, parent }: XmlElement): void {
    if (parent?.parent?.name !== 'r') return;
    const value = attributes.get('val');
    const isOn = value !== '0' && value !== 'false' && value !== 'none';
    if (name === 'b') this.#run = { ...this.#run, bold: isOn };
    else if (name === 'i') this.#run = { ...this.#run, italic: isOn };
    else if (name === 'strike') this.#run = { ...this.#run, strike: isOn };
    else if (name === 'vertAlign' && value === 'superscript') this.#run = { ...this.#run, raised: 'sup' };
    else if (name === 'vertAlign' && value === 'subscript') this.#run = { ...this.#run, raised: 'sub' };
  }

  #paragraphProperty({ name, attributes }: XmlElement): void {
    const paragraph = this.#paragraphs.at(-1);
    if (paragraph === undefined) return;
    const value = attributes.get('val') ?? '';
    if (name === 'pStyle') paragraph.style = value;
    else if (name === 'outlineLvl') paragraph.outline = Number(value) + 1;
    else if (name === 'numId') paragraph.numId = value;
    else if (name === 'ilvl') paragraph.level = Number(value) || 0;
  }

  #add(text: string): void {
    this.#paragraphs.at(-1)?.spans.push({
      ...this.#run,
      text,
      ...(this.#link === undefined ? {} : { link: this.#link }),
    });
  }

  /** A private-use pair around what must not be escaped; see `#endParagraph`. */
  #addRaw(markdown: string): void {
    this.#paragraphs.at(-1)?.spans.push({ text: markdown.replace('[', RAW_OPEN).replace(']', RAW_CLOSE) });
  }

  #endParagraph(): void {
    const paragraph = this.#paragraphs.pop();
    if (paragraph === undefined) return;
    const text = renderSpans(paragraph.spans).replaceAll(RAW_OPEN, '[').replaceAll(RAW_CLOSE, ']');
    if (this.#tables.addText(text)) return;
    if (this.#note !== undefined) this.#writeNote(text);
    else this.#write(paragraph, text);
  }

  #writeNote(text: string): void {
    if (text !== '') this.#blocks.raw(`[^${this.#note}]: ${text.replaceAll('\n', ' ')}`);
  }

  #write(paragraph: Paragraph, text: string): void {
    const style = this.#context.styles.get(paragraph.style);
    const heading = style?.heading ?? paragraph.outline ?? 10;
    const numId = paragraph.numId ?? style?.numId ?? '0';
    if (heading <= 9) this.#blocks.heading(heading, text.replaceAll('**', ''));
    else if (numId === '0') this.#blocks.paragraph(text);
    else if (text !== '') this.#writeItem(numId, paragraph.level, text);
  }

  #writeItem(numId: string, level: number, text: string): void {
    const isNumbered = this.#context.numbering.get(numId)?.get(level) ?? false;
    const count = this.#lists.next(numId, level);
    this.#blocks.item(level, isNumbered ? count : undefined, text);
  }
}

/** Separators are notes too, of a type of their own. */
function isSkipped({ name, attributes }: XmlElement): boolean {
  const isNote = name === 'footnote' || name === 'endnote';
  return SKIPPED.has(name) || (isNote && (attributes.get('type') ?? 'normal') !== 'normal');
}

/** Elements of a run that stand for characters. */
const MARKS: ReadonlyMap<string, string> = new Map([
  ['tab', ' '],
  ['br', '\n'],
  ['cr', '\n'],
  ['noBreakHyphen', '\u2011'],
]);

const RAW_OPEN = '\ue000';
const RAW_CLOSE = '\ue001';
