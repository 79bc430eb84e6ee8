import type { Inline, Style } from '../../markdown/inline.ts';
import type { BlockSink } from '../../markdown/sink.ts';
import type { XmlElement, XmlVisitor } from '../../xml/read.ts';
import { Flow } from './flow.ts';
import { Tables } from './tables.ts';

interface Paragraph {
  readonly content: Inline[];
  /** Of a heading. */
  readonly level: number | undefined;
}

/** Not part of what is read: comments, tracked deletions, the drawing of charts. */
const SKIPPED = new Set(
  'annotation tracked-changes forms settings title sequence-decls note-citation'.split(' '),
);
/** What another cell shows. */
const COVERED = 'covered-table-cell';
/** `text:s` may claim any number of spaces; Markdown shows one. */
const MARKS: ReadonlyMap<string, string> = new Map([
  ['s', ' '],
  ['tab', ' '],
  ['line-break', '\n'],
]);

/** Follows content.xml and hands its blocks to a sink. */
export class OdfBody implements XmlVisitor {
  readonly #tables: Tables;
  readonly #styles = new Map<string, Style>();
  readonly #numbered = new Set<string>();
  readonly #paragraphs: Paragraph[] = [];
  readonly #spans: Style[] = [];
  readonly #links: string[] = [];
  /** One entry per open list: its number so far, or nothing for bullets. */
  readonly #lists: { count: number; style: string }[] = [];
  #note: { label: string; readonly content: Inline[] } | undefined;
  #notes = 0;
  #style = '';
  #isDescription = false;
  #skipped = 0;

  constructor(sink: BlockSink) {
    this.#tables = new Tables(new Flow(sink));
  }

  /** After the last element: what is still open ends. */
  end(): void {
    this.#tables.flow.end();
  }

  open(element: XmlElement): void {
    if (this.#skipped > 0 || SKIPPED.has(element.name) || element.name === COVERED) this.#skipped += 1;
    else this.#start(element);
  }

  text(text: string): void {
    if (this.#skipped > 0 || this.#isDescription) return;
    const link = this.#links.at(-1);
    this.#push({ ...this.#spans.at(-1), type: 'text', text, ...(link === undefined ? {} : { link }) });
  }

  close(element: XmlElement, text: string): void {
    if (this.#skipped > 0) this.#skipped -= 1;
    else this.#end(element, text);
  }

  #start(element: XmlElement): void {
    const { name, attributes } = element;
    switch (name) {
      case 'table':
        this.#tables.open();
        break;
      case 'table-row':
        this.#tables.openRow(element.parent?.name === 'table-header-rows');
        break;
      case 'table-cell':
        this.#openCell(attributes);
        break;
      case 'h':
      case 'p':
        this.#openParagraph(element);
        break;
      case 'span':
        this.#spans.push(this.#styles.get(attributes.get('style-name') ?? '') ?? {});
        break;
      case 'a':
        this.#links.push(attributes.get('href') ?? '');
        break;
      case 'note':
        this.#openNote();
        break;
      case 'desc':
        this.#isDescription = true;
        break;
      default:
        this.#openOther(element);
    }
  }

  #end({ name }: XmlElement, text: string): void {
    switch (name) {
      case 'table-cell':
        this.#tables.closeCell();
        break;
      case 'table-row':
        this.#tables.closeRow();
        break;
      case 'table':
        this.#tables.close();
        break;
      case 'h':
      case 'p':
        this.#endParagraph();
        break;
      case 'span':
        this.#spans.pop();
        break;
      case 'a':
        this.#links.pop();
        break;
      case 'list':
        this.#lists.pop();
        break;
      case 'note':
        this.#endNote();
        break;
      case 'desc':
        this.#describe(text);
    }
  }

  #openParagraph({ name, attributes }: XmlElement): void {
    const level = name === 'h' ? Number(attributes.get('outline-level') ?? 1) || 1 : undefined;
    this.#paragraphs.push({ content: [], level });
  }

  #openCell(attributes: ReadonlyMap<string, string>): void {
    this.#tables.openCell();
    const count = (name: string): number => Number(attributes.get(name) ?? 1) || 1;
    this.#tables.span({ columns: count('number-columns-spanned'), rows: count('number-rows-spanned') });
  }

  /** A note stands where its mark is; its text goes after the paragraph. */
  #openNote(): void {
    this.#notes += 1;
    const label = String(this.#notes);
    this.#push({ type: 'noteMark', label });
    this.#note = { label, content: [] };
  }

  #endNote(): void {
    const note = this.#note;
    this.#note = undefined;
    if (note !== undefined) this.#ended.push(note);
  }

  readonly #ended: { readonly label: string; readonly content: Inline[] }[] = [];

  /** What a picture shows, in its author's words. */
  #describe(text: string): void {
    this.#isDescription = false;
    const words = text.replace(/\s+/g, ' ').trim();
    if (words === '') return;
    if (this.#paragraphs.length > 0) this.#push({ type: 'text', text: `[Image: ${words}]` });
    else this.#tables.flow.paragraph(`[Image: ${words}]`);
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
        this.#tables.flow.heading(2, attributes.get('draw:name') ?? attributes.get('name') ?? '');
        break;
      default:
        this.text(MARKS.get(name) ?? '');
    }
  }

  #push(piece: Inline): void {
    this.#paragraphs.at(-1)?.content.push(piece);
  }

  #endParagraph(): void {
    const paragraph = this.#paragraphs.pop();
    if (paragraph === undefined) return;
    const { content, level } = paragraph;
    if (this.#note !== undefined) {
      this.#note.content.push(...content, { type: 'text', text: '\n' });
      return;
    }
    const { flow } = this.#tables;
    const list = this.#lists.at(-1);
    if (level !== undefined) flow.heading(level, content);
    else if (list === undefined) flow.paragraph(content);
    else this.#item(flow, list, content);
    for (const note of this.#ended.splice(0)) flow.add({ type: 'note', ...note });
  }

  #item(flow: Flow, list: { count: number; style: string }, content: readonly Inline[]): void {
    const depth = this.#lists.length;
    list.count += 1;
    const isNumbered = this.#numbered.has(`${list.style} ${depth}`);
    flow.item(depth - 1, isNumbered ? list.count : undefined, content);
  }
}

function textStyle(attributes: ReadonlyMap<string, string>): Style {
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
