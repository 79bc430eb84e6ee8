import type { Inline } from '../../markdown/inline.ts';
import type { BlockSink } from '../../markdown/sink.ts';
import { Flow, hasContent } from './flow.ts';
import type { Shape } from './rtf-groups.ts';
import { Tables } from './tables.ts';

/** Of one paragraph that are held. */
const MAX_PIECES = 10_000;

interface Paragraph {
  readonly content: Inline[];
  /** The bullet or number that old readers show. */
  marker: string;
}

interface Note {
  readonly label: string;
  readonly content: readonly Inline[];
}

/** Puts an RTF file's paragraphs, cells and notes together: it only says where each of them ends. */
export class RtfPage {
  readonly #tables: Tables;
  readonly #levelOf: (style: number) => number | undefined;
  #paragraph: Paragraph = { content: [], marker: '' };
  #note: { readonly label: string; readonly body: Paragraph } | undefined;
  /** Of the paragraph, and of the table, that is open. */
  readonly #notes: Note[] = [];
  readonly #tableNotes: Note[] = [];
  #noteCount = 0;
  #isTableOpen = false;
  #isRowOpen = false;
  #isCellOpen = false;

  /** `levelOf`: the heading level of a style. */
  constructor(sink: BlockSink, levelOf: (style: number) => number | undefined) {
    this.#tables = new Tables(new Flow(sink));
    this.#levelOf = levelOf;
  }

  get isLong(): boolean {
    return this.#paragraph.content.length > MAX_PIECES;
  }

  add(piece: Inline): void {
    this.#current.content.push(piece);
  }

  addMarker(text: string): void {
    this.#current.marker += text;
  }

  openNote(): void {
    this.#noteCount += 1;
    const label = String(this.#noteCount);
    this.#paragraph.content.push({ type: 'noteMark', label });
    this.#note = { label, body: { content: [], marker: '' } };
  }

  endNote(): void {
    if (this.#note === undefined) return;
    this.#notes.push({ label: this.#note.label, content: this.#note.body.content });
    this.#note = undefined;
  }

  endParagraph(shape: Shape): void {
    if (this.#note !== undefined) {
      this.add({ type: 'text', text: '\n' });
      return;
    }
    const paragraph = this.#paragraph;
    this.#paragraph = { content: [], marker: '' };
    if (!hasContent(paragraph.content)) return;
    const notes = this.#notes.splice(0);
    if (shape.isInTable) {
      this.#openCell();
      this.#tableNotes.push(...notes);
    } else this.#endTable();
    this.#write(paragraph, shape);
    if (!shape.isInTable) this.#writeNotes(notes);
  }

  endCell(shape: Shape): void {
    this.endParagraph({ ...shape, isInTable: true });
    this.#openCell();
    this.#tables.closeCell();
    this.#isCellOpen = false;
  }

  /** What stands after the last cell is in the row, too. */
  endRow(shape: Shape): void {
    this.endParagraph({ ...shape, isInTable: true });
    this.#endRow();
  }

  end(shape: Shape): void {
    this.endParagraph(shape);
    this.#endTable();
    this.#tables.flow.end();
  }

  /** The paragraph that is written now: the note's, where one is open. */
  get #current(): Paragraph {
    return this.#note?.body ?? this.#paragraph;
  }

  #write({ content, marker }: Paragraph, { style, outline, level }: Shape): void {
    const { flow } = this.#tables;
    const heading = outline ?? this.#levelOf(style);
    const number = /^\s*\(?(\d{1,9})[.)]/.exec(marker)?.[1];
    if (heading !== undefined && heading <= 9) flow.heading(heading, content);
    else if (marker.trim() === '') flow.paragraph(content);
    else flow.item(level, number === undefined ? undefined : Number(number), content);
  }

  #writeNotes(notes: readonly Note[]): void {
    for (const note of notes) this.#tables.flow.add({ type: 'note', ...note });
  }

  /** A cell opens with its first text, or where it ends without any. */
  #openCell(): void {
    if (!this.#isTableOpen) this.#tables.open();
    if (!this.#isRowOpen) this.#tables.openRow();
    if (!this.#isCellOpen) this.#tables.openCell();
    this.#isTableOpen = true;
    this.#isRowOpen = true;
    this.#isCellOpen = true;
  }

  #endRow(): void {
    if (this.#isCellOpen) this.#tables.closeCell();
    if (this.#isRowOpen) this.#tables.closeRow();
    this.#isCellOpen = false;
    this.#isRowOpen = false;
  }

  #endTable(): void {
    this.#endRow();
    if (this.#isTableOpen) this.#tables.close();
    this.#isTableOpen = false;
    this.#writeNotes(this.#tableNotes.splice(0));
  }
}
