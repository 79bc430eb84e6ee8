import type { Inline, Style } from '../../markdown/inline.ts';
import type { BlockSink } from '../../markdown/sink.ts';
import { fieldLink } from './fields.ts';
import { Flow, hasContent } from './flow.ts';
import { RtfFonts } from './rtf-fonts.ts';
import { RtfStyles } from './rtf-styles.ts';
import type { RtfVisitor } from './rtf-tokens.ts';
import { Tables } from './tables.ts';

const MAX_GROUPS = 1_000;
/** Of one paragraph. */
const MAX_PIECES = 10_000;

/** Groups whose content is no text of the document. */
const IGNORED = new Set(
  'colortbl info pict object themedata colorschememapping datastore latentstyles listtable listoverridetable rsidtbl generator xmlnstbl header headerl headerr headerf footer footerl footerr footerf bkmkstart bkmkend pgptbl filetbl revtbl sp shprslt nonesttables nesttableprops ud'.split(
    ' ',
  ),
);
/** Groups that readers may overlook, and that hold text of the document. */
const READ = new Set(['fldinst', 'shpinst', 'pn']);
/** Groups whose text is about something: what they are by the word that begins them. */
const DESTINATIONS: ReadonlyMap<string, Destination> = new Map([
  ['fonttbl', 'fonts'],
  ['stylesheet', 'styles'],
  ['fldinst', 'code'],
  ['listtext', 'marker'],
  ['pntext', 'marker'],
  ['footnote', 'note'],
]);

type Destination = 'body' | 'ignored' | 'fonts' | 'styles' | 'code' | 'marker' | 'note';

const WORDS: ReadonlyMap<string, string> = new Map([
  ['line', '\n'],
  ['tab', ' '],
  ['emdash', '—'],
  ['endash', '–'],
  ['bullet', '•'],
  ['lquote', '‘'],
  ['rquote', '’'],
  ['ldblquote', '“'],
  ['rdblquote', '”'],
  ['emspace', ' '],
  ['enspace', ' '],
]);
const SYMBOLS: ReadonlyMap<string, string> = new Map([
  ['~', ' '],
  ['_', '‑'],
  ['\\', '\\'],
  ['{', '{'],
  ['}', '}'],
]);

/** What a paragraph is; like all that is set in a group, it ends with it. */
interface Shape {
  readonly style: number;
  readonly outline: number | undefined;
  readonly level: number;
  readonly isInTable: boolean;
}

const BODY: Shape = { style: 0, outline: undefined, level: 0, isInTable: false };

interface Group {
  readonly destination: Destination;
  readonly style: Style;
  readonly shape: Shape;
  readonly isHidden: boolean;
  readonly font: number;
  /** Characters after `\uN` that stand for it in old readers. */
  readonly fallback: number;
  readonly field: { code: string } | undefined;
}

const OUTER: Group = {
  destination: 'body',
  style: {},
  shape: BODY,
  isHidden: false,
  font: 0,
  fallback: 1,
  field: undefined,
};

interface Paragraph {
  readonly content: Inline[];
  /** The bullet or number that old readers show. */
  marker: string;
}

interface Note {
  readonly label: string;
  readonly content: readonly Inline[];
}

/** Follows an RTF file and hands its blocks to a sink. */
export class RtfDocument implements RtfVisitor {
  readonly #tables: Tables;
  readonly #fonts = new RtfFonts();
  readonly #styles = new RtfStyles();
  readonly #groups: Group[] = [];
  #group = OUTER;
  #beyond = 0;
  #isStart = false;
  #isOptional = false;
  #toSkip = 0;
  #bytes: number[] = [];
  /** Text in one style that is no piece yet: signs may come in halves. */
  #run = '';
  #paragraph = newParagraph();
  #note: { readonly label: string; readonly body: Paragraph } | undefined;
  /** Of the paragraph, and of the table, that is open. */
  readonly #notes: Note[] = [];
  readonly #tableNotes: Note[] = [];
  #noteCount = 0;
  #isTableOpen = false;
  #isRowOpen = false;
  #isCellOpen = false;
  #defaultFont = 0;

  constructor(sink: BlockSink) {
    this.#tables = new Tables(new Flow(sink));
  }

  end(): void {
    this.#endParagraph();
    this.#endTable();
    this.#tables.flow.end();
  }

  open(): void {
    this.#endRun();
    if (this.#groups.length < MAX_GROUPS) this.#groups.push(this.#group);
    else this.#beyond += 1;
    this.#isStart = true;
    this.#isOptional = false;
  }

  close(): void {
    this.#endRun();
    this.#isStart = false;
    this.#toSkip = 0;
    if (this.#beyond > 0) {
      this.#beyond -= 1;
      return;
    }
    const ended = this.#group;
    this.#group = this.#groups.pop() ?? OUTER;
    if (ended.destination === 'note' && this.#group.destination !== 'note') this.#endNote();
  }

  symbol(sign: string): void {
    if (sign === '*' && this.#isStart) this.#isOptional = true;
    else if (sign === '\n' || sign === '\r') this.#endParagraph();
    else this.#add(SYMBOLS.get(sign) ?? '');
    if (sign !== '*') this.#isStart = false;
  }

  byte(byte: number): void {
    this.#isStart = false;
    if (this.#toSkip > 0) this.#toSkip -= 1;
    else this.#bytes.push(byte);
  }

  text(text: string): void {
    this.#isStart = false;
    const skipped = Math.min(this.#toSkip, text.length);
    this.#toSkip -= skipped;
    const rest = text.slice(skipped);
    // the second byte of a sign may stand there as a letter
    if (this.#bytes.length > 0 && this.#fonts.isDouble(this.#group.font))
      for (const byte of Buffer.from(rest, 'latin1')) this.#bytes.push(byte);
    else this.#add(this.#fonts.decode([...Buffer.from(rest, 'latin1')], this.#group.font));
  }

  word(word: string, number: number | undefined): void {
    if (this.#isStart) this.#begin(word);
    this.#isStart = false;
    const { destination } = this.#group;
    if (destination === 'fonts') this.#fonts.describe(word, number ?? 0);
    else if (destination === 'styles') this.#styles.describe(word, number ?? 0);
    else if (destination !== 'ignored') this.#bodyWord(word, number);
  }

  /** The first word of a group says what it holds. */
  #begin(word: string): void {
    const known = DESTINATIONS.get(word);
    const isIgnored = IGNORED.has(word) || (this.#isOptional && !READ.has(word));
    if (this.#group.destination === 'ignored') return;
    if (isIgnored) this.#set({ destination: 'ignored' });
    else if (known !== undefined) this.#set({ destination: known });
    if (word === 'field') this.#set({ field: { code: '' } });
    else if (word === 'footnote') this.#openNote();
    else if (word === 'fldrslt') this.#openLink();
  }

  #openLink(): void {
    const link = fieldLink(this.#group.field?.code ?? '');
    if (link !== undefined) this.#set({ style: { ...this.#group.style, link } });
  }

  #bodyWord(word: string, number: number | undefined): void {
    const text = WORDS.get(word);
    if (text !== undefined) this.#add(text);
    else if (!this.#characterWord(word, number) && !this.#tableWord(word)) this.#paragraphWord(word, number);
  }

  /** Words that say how signs look, or which they are. True where it is one. */
  #characterWord(word: string, number: number | undefined): boolean {
    const { style } = this.#group;
    const isOn = number !== 0;
    switch (word) {
      case 'u':
        this.#addUnicode(number ?? 0);
        break;
      case 'uc':
        this.#set({ fallback: Math.max(number ?? 1, 0) });
        break;
      case 'ansicpg':
        this.#fonts.setCodePage(number ?? 1252);
        break;
      case 'mac':
        this.#fonts.setCodePage(10000);
        break;
      case 'deff':
        this.#defaultFont = number ?? 0;
        this.#set({ font: this.#defaultFont });
        break;
      case 'f':
        this.#set({ font: number ?? 0 });
        break;
      case 'b':
        this.#set({ style: { ...style, bold: isOn } });
        break;
      case 'i':
        this.#set({ style: { ...style, italic: isOn } });
        break;
      case 'strike':
        this.#set({ style: { ...style, strike: isOn } });
        break;
      case 'super':
        this.#set({ style: { ...style, ...(isOn ? { raised: 'sup' as const } : {}) } });
        break;
      case 'sub':
        this.#set({ style: { ...style, ...(isOn ? { raised: 'sub' as const } : {}) } });
        break;
      case 'nosupersub': {
        const { raised: _, ...level } = style;
        this.#set({ style: level });
        break;
      }
      case 'v':
        this.#set({ isHidden: isOn });
        break;
      case 'plain':
        this.#set({ style: linkOf(style), isHidden: false, font: this.#defaultFont });
        break;
      default:
        return false;
    }
    return true;
  }

  #paragraphWord(word: string, number: number | undefined): void {
    switch (word) {
      case 'par':
      case 'sect':
      case 'page':
      case 'nestcell':
        this.#endParagraph();
        break;
      case 'pard':
        this.#set({ shape: BODY });
        break;
      case 's':
        this.#setShape({ style: number ?? 0 });
        break;
      case 'outlinelevel':
        this.#setShape({ outline: (number ?? 0) + 1 });
        break;
      case 'ilvl':
        this.#setShape({ level: number ?? 0 });
    }
  }

  #tableWord(word: string): boolean {
    if (word === 'intbl') this.#setShape({ isInTable: true });
    else if (word === 'cell') this.#endCell();
    else if (word === 'row') this.#endTableRow();
    else return false;
    return true;
  }

  #setShape(change: Partial<Shape>): void {
    this.#set({ shape: { ...this.#group.shape, ...change } });
  }

  /** The paragraph that is written now: the note's, where one is open. */
  get #current(): Paragraph {
    return this.#note?.body ?? this.#paragraph;
  }

  #set(change: Partial<Group>): void {
    this.#endRun();
    this.#group = { ...this.#group, ...change };
  }

  #addUnicode(code: number): void {
    this.#add(String.fromCharCode(code < 0 ? code + 65_536 : code));
    this.#toSkip = this.#group.fallback;
  }

  #add(text: string): void {
    this.#decodeBytes();
    this.#run += text;
  }

  #decodeBytes(): void {
    if (this.#bytes.length === 0) return;
    this.#run += this.#fonts.decode(this.#bytes, this.#group.font);
    this.#bytes = [];
  }

  #endRun(): void {
    this.#decodeBytes();
    const text = this.#run;
    this.#run = '';
    if (text === '') return;
    const { destination, style, isHidden, field } = this.#group;
    if (destination === 'styles') this.#styles.name(text);
    else if (destination === 'code' && field !== undefined) field.code += text;
    else if (destination === 'marker') this.#current.marker += text;
    else if ((destination === 'body' || destination === 'note') && !isHidden)
      this.#current.content.push({ ...style, type: 'text', text });
    if (this.#paragraph.content.length > MAX_PIECES) this.#endParagraph();
  }

  #openNote(): void {
    this.#endRun();
    this.#noteCount += 1;
    const label = String(this.#noteCount);
    this.#paragraph.content.push({ type: 'noteMark', label });
    this.#note = { label, body: newParagraph() };
  }

  #endNote(): void {
    if (this.#note === undefined) return;
    this.#notes.push({ label: this.#note.label, content: this.#note.body.content });
    this.#note = undefined;
  }

  #endParagraph(isInTable = this.#group.shape.isInTable): void {
    this.#endRun();
    if (this.#note !== undefined) {
      this.#note.body.content.push({ type: 'text', text: '\n' });
      return;
    }
    const paragraph = this.#paragraph;
    this.#paragraph = newParagraph();
    if (!hasContent(paragraph.content)) return;
    const notes = this.#notes.splice(0);
    if (isInTable) {
      this.#openCell();
      this.#tableNotes.push(...notes);
    } else this.#endTable();
    this.#write(paragraph, this.#group.shape);
    if (!isInTable) this.#writeNotes(notes);
  }

  #write({ content, marker }: Paragraph, { style, outline, level }: Shape): void {
    const { flow } = this.#tables;
    const heading = outline ?? this.#styles.levelOf(style);
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

  #endCell(): void {
    this.#endParagraph(true);
    this.#openCell();
    this.#tables.closeCell();
    this.#isCellOpen = false;
  }

  /** What stands after the last cell is in the row, too. */
  #endTableRow(): void {
    this.#endParagraph(true);
    this.#endRow();
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

function newParagraph(): Paragraph {
  return { content: [], marker: '' };
}

/** `\plain` ends every style, but not the field that it stands in. */
function linkOf({ link }: Style): Style {
  return link === undefined ? {} : { link };
}
