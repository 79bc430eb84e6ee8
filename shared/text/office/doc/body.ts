import type { Inline } from '../../../markdown/inline.ts';
import type { BlockSink } from '../../../markdown/sink.ts';
import { Fields } from '../fields.ts';
import { Flow, hasContent } from '../flow.ts';
import { Tables } from '../tables.ts';
import type { CharacterFormat, ParagraphFormat, RunsAt } from './formatting.ts';
import type { DocText } from './pieces.ts';

export interface DocFormats {
  readonly paragraphs: RunsAt<ParagraphFormat>;
  readonly characters: RunsAt<CharacterFormat>;
}

/** The label of the note whose mark stands at a position. */
export type NoteAt = (position: number) => string | undefined;

/** Signs that stand for something else ([MS-DOC] 2.8.26 and 2.9.231). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the signs that Word means something by
const SPECIAL = /[\x00-\x1f]/;
const SIGNS: ReadonlyMap<string, string> = new Map([
  ['\x0b', '\n'],
  ['\x1e', '‑'],
  ['\t', ' '],
]);
const NOTE_MARK = '\x02';
const CELL_MARK = '\x07';

/** Follows the text of a Word 97 document and hands its blocks to a sink. */
export class DocBody {
  readonly #tables: Tables;
  readonly #formats: DocFormats;
  readonly #noteAt: NoteAt;
  readonly #fields = new Fields();
  #content: Inline[] = [];
  #table: { isRowOpen: boolean } | undefined;

  constructor(sink: BlockSink, formats: DocFormats, noteAt: NoteAt) {
    this.#tables = new Tables(new Flow(sink));
    this.#formats = formats;
    this.#noteAt = noteAt;
  }

  write({ text, position, offset, step }: DocText): void {
    for (let at = 0; at < text.length; ) {
      const { format, end } = this.#formats.characters(offset + at * step);
      const next = Math.min(text.length, Math.max(at + 1, Math.ceil((end - offset) / step)));
      this.#run(text.slice(at, next), format, { position: position + at, offset: offset + at * step, step });
      at = next;
    }
  }

  end(): void {
    this.#endParagraph(undefined);
    this.#endTable();
    this.#tables.flow.end();
  }

  #run(text: string, format: CharacterFormat, place: Omit<DocText, 'text'>): void {
    let done = 0;
    for (let at = 0; at < text.length; at++) {
      const sign = text[at] ?? '';
      if (!SPECIAL.test(sign)) continue;
      this.#add(text.slice(done, at), format);
      this.#special(sign, format, place.position + at, place.offset + at * place.step);
      done = at + 1;
    }
    this.#add(text.slice(done), format);
  }

  #special(sign: string, format: CharacterFormat, position: number, offset: number): void {
    switch (sign) {
      case '\r':
      case '\x0c':
      case '\x0e':
        this.#endParagraph(this.#formats.paragraphs(offset).format);
        break;
      case CELL_MARK:
        this.#endCell(this.#formats.paragraphs(offset).format);
        break;
      case NOTE_MARK:
        this.#addNote(position);
        break;
      case '\x13':
        this.#fields.begin();
        break;
      case '\x14':
        this.#fields.separate();
        break;
      case '\x15':
        this.#fields.end();
        break;
      default:
        this.#add(SIGNS.get(sign) ?? '', format);
    }
  }

  #add(text: string, { isHidden, ...style }: CharacterFormat): void {
    if (text === '' || isHidden) return;
    if (this.#fields.isCode) {
      this.#fields.code(text);
      return;
    }
    const { link } = this.#fields;
    this.#content.push({ ...style, type: 'text', text, ...(link === undefined ? {} : { link }) });
  }

  #addNote(position: number): void {
    const label = this.#noteAt(position);
    if (label !== undefined) this.#content.push({ type: 'noteMark', label });
  }

  #endParagraph(format: ParagraphFormat | undefined): void {
    const content = this.#content;
    this.#content = [];
    if (!hasContent(content)) return;
    if (format?.isInTable) this.#openCell();
    else this.#endTable();
    const { flow } = this.#tables;
    const level = format?.outline ?? format?.style ?? 0;
    if (level >= 1 && level <= 9) flow.heading(level, content);
    else if (format?.level === undefined) flow.paragraph(content);
    else flow.item(format.level, undefined, content);
  }

  /** The mark after a row's last cell is the row's. */
  #endCell(format: ParagraphFormat): void {
    if (format.isRowEnd) {
      this.#content = [];
      if (this.#table?.isRowOpen) this.#tables.closeRow();
      if (this.#table !== undefined) this.#table.isRowOpen = false;
      return;
    }
    this.#openCell();
    this.#endParagraph({ ...format, isInTable: true });
    this.#tables.closeCell();
    this.#isCellOpen = false;
  }

  #isCellOpen = false;

  #openCell(): void {
    if (this.#table === undefined) {
      this.#tables.open();
      this.#table = { isRowOpen: false };
    }
    if (!this.#table.isRowOpen) this.#tables.openRow();
    this.#table.isRowOpen = true;
    if (!this.#isCellOpen) this.#tables.openCell();
    this.#isCellOpen = true;
  }

  #endTable(): void {
    if (this.#table === undefined) return;
    if (this.#isCellOpen) this.#tables.closeCell();
    this.#isCellOpen = false;
    this.#tables.close();
    this.#table = undefined;
  }
}
