import type { Inline, Style } from '../../markdown/inline.ts';
import type { BlockSink } from '../../markdown/sink.ts';
import type { XmlElement, XmlVisitor } from '../../xml/read.ts';
import { OmmlReader } from '../maths/omml.ts';
import type { Numbering, ParagraphStyle } from './docx-styles.ts';
import { Fields, fieldLink } from './fields.ts';
import { Flow } from './flow.ts';
import { ListCounter } from './list-counter.ts';
import type { Relationship } from './package.ts';
import { pictureText } from './picture.ts';
import { Tables } from './tables.ts';

export interface DocxContext {
  readonly styles: ReadonlyMap<string, ParagraphStyle>;
  readonly numbering: Numbering;
  readonly links: ReadonlyMap<string, Relationship>;
}

interface Paragraph {
  readonly content: Inline[];
  style: string;
  outline: number | undefined;
  numId: string | undefined;
  level: number;
}

/** What is drawn for old readers repeats what new ones read (ISO 29500-3, 9.3). */
const SKIPPED = new Set(['Fallback', 'del', 'moveFrom']);

/** Follows the body of document.xml, footnotes.xml or endnotes.xml and hands its blocks to a sink. */
export class DocxBody implements XmlVisitor {
  readonly #context: DocxContext;
  readonly #lists = new ListCounter();
  readonly #tables: Tables;
  readonly #fields = new Fields();
  readonly #paragraphs: Paragraph[] = [];
  #run: Style & { hidden?: boolean } = {};
  /** Of `hyperlink` and `fldSimple`, which may nest. */
  readonly #links: (string | undefined)[] = [];
  #note: { readonly label: string; readonly content: Inline[] } | undefined;
  #formula: OmmlReader | undefined;
  #isDisplay = false;
  #skipped = 0;

  constructor(sink: BlockSink, context: DocxContext) {
    this.#context = context;
    this.#tables = new Tables(new Flow(sink));
  }

  /** After the last element: what is still open ends. */
  end(): void {
    this.#tables.flow.end();
  }

  open(element: XmlElement): void {
    if (this.#skipped > 0 || isSkipped(element)) this.#skipped += 1;
    else if (this.#formula !== undefined) this.#formula.open(element);
    else if (element.parent?.name === 'rPr') this.#runProperty(element);
    else if (element.parent?.name === 'pPr' || element.parent?.name === 'numPr')
      this.#paragraphProperty(element);
    else if (!this.#openTablePart(element)) this.#start(element);
  }

  close(element: XmlElement, text: string): void {
    if (this.#skipped > 0) this.#skipped -= 1;
    else if (this.#formula !== undefined) this.#endFormula(this.#formula.close(text));
    else this.#end(element, text);
  }

  #start(element: XmlElement): void {
    const { name, attributes, parent } = element;
    const id = attributes.get('id') ?? '';
    switch (name) {
      case 'p':
        this.#paragraphs.push({ content: [], style: '', outline: undefined, numId: undefined, level: 0 });
        break;
      case 'r':
        this.#run = {};
        break;
      case 'hyperlink':
        this.#links.push(this.#context.links.get(id)?.target);
        break;
      case 'fldSimple':
        this.#links.push(fieldLink(attributes.get('instr') ?? ''));
        break;
      case 'fldChar':
        this.#fieldMark(attributes.get('fldCharType'));
        break;
      case 'footnote':
      case 'endnote':
        this.#note = { label: `${name === 'endnote' ? 'e' : ''}${id}`, content: [] };
        break;
      case 'footnoteReference':
      case 'endnoteReference':
        this.#push({ type: 'noteMark', label: `${name === 'endnoteReference' ? 'e' : ''}${id}` });
        break;
      case 'oMathPara':
        this.#isDisplay = true;
        break;
      case 'oMath':
        this.#formula = new OmmlReader(element);
        break;
      case 'docPr':
        this.#add(pictureText(attributes));
        break;
      default:
        if (parent?.name === 'r') this.#add(MARKS.get(name) ?? '');
    }
  }

  #openTablePart({ name, attributes, parent }: XmlElement): boolean {
    const value = attributes.get('val');
    if (name === 'tbl') this.#tables.open();
    else if (name === 'tr') this.#tables.openRow();
    else if (name === 'tc') this.#tables.openCell();
    else if (name === 'gridSpan') this.#tables.span({ columns: Number(value) });
    else if (name === 'vMerge' && value !== 'restart') this.#tables.goOn();
    return parent?.name === 'tcPr' || name === 'tbl' || name === 'tr' || name === 'tc';
  }

  #end({ name }: XmlElement, text: string): void {
    switch (name) {
      case 't':
        this.#add(text);
        break;
      case 'instrText':
        this.#fields.code(text);
        break;
      case 'p':
        this.#endParagraph();
        break;
      case 'hyperlink':
      case 'fldSimple':
        this.#links.pop();
        break;
      case 'oMathPara':
        this.#isDisplay = false;
        break;
      case 'footnote':
      case 'endnote':
        this.#endNote();
        break;
      case 'tc':
        this.#tables.closeCell();
        break;
      case 'tr':
        this.#tables.closeRow();
        break;
      case 'tbl':
        this.#tables.close();
    }
  }

  #fieldMark(type: string | undefined): void {
    if (type === 'begin') this.#fields.begin();
    else if (type === 'separate') this.#fields.separate();
    else if (type === 'end') this.#fields.end();
  }

  #runProperty({ name, attributes, parent }: XmlElement): void {
    if (parent?.parent?.name !== 'r') return;
    const value = attributes.get('val');
    const isOn = value !== '0' && value !== 'false' && value !== 'none';
    if (name === 'b') this.#run = { ...this.#run, bold: isOn };
    else if (name === 'i') this.#run = { ...this.#run, italic: isOn };
    else if (name === 'strike') this.#run = { ...this.#run, strike: isOn };
    else if (name === 'vanish') this.#run = { ...this.#run, hidden: isOn };
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
    const { hidden, ...style } = this.#run;
    if (text === '' || hidden || this.#fields.isCode) return;
    const link = this.#links.findLast((target) => target !== undefined) ?? this.#fields.link;
    this.#push({ ...style, type: 'text', text, ...(link === undefined ? {} : { link }) });
  }

  #push(piece: Inline): void {
    this.#paragraphs.at(-1)?.content.push(piece);
  }

  #endFormula(tex: string | undefined): void {
    if (tex === undefined) return;
    this.#formula = undefined;
    this.#push({ type: 'maths', tex, display: this.#isDisplay });
  }

  #endParagraph(): void {
    const paragraph = this.#paragraphs.pop();
    if (paragraph === undefined) return;
    if (this.#note === undefined) this.#write(paragraph);
    else this.#note.content.push(...paragraph.content, { type: 'text', text: '\n' });
  }

  #endNote(): void {
    if (this.#note !== undefined) this.#tables.flow.add({ type: 'note', ...this.#note });
    this.#note = undefined;
  }

  #write({ content, ...paragraph }: Paragraph): void {
    const { flow } = this.#tables;
    const style = this.#context.styles.get(paragraph.style);
    const heading = paragraph.outline ?? style?.heading ?? 10;
    const numId = paragraph.numId ?? style?.numId ?? '0';
    if (heading <= 9) flow.heading(heading, content);
    else if (numId === '0') flow.paragraph(content);
    else this.#writeItem(flow, numId, paragraph.level, content);
  }

  #writeItem(flow: Flow, numId: string, level: number, content: readonly Inline[]): void {
    const isNumbered = this.#context.numbering.get(numId)?.get(level) ?? false;
    const count = this.#lists.next(numId, level);
    flow.item(level, isNumbered ? count : undefined, content);
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
