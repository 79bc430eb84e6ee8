import type { Style } from '../../markdown/inline.ts';
import type { BlockSink } from '../../markdown/sink.ts';
import { fieldLink } from './fields.ts';
import { RtfFonts } from './rtf-fonts.ts';
import { BODY, DESTINATIONS, type Group, IGNORED, OUTER, READ, type Shape } from './rtf-groups.ts';
import { RtfPage } from './rtf-page.ts';
import { RtfStyles } from './rtf-styles.ts';
import type { RtfVisitor } from './rtf-tokens.ts';

const MAX_GROUPS = 1_000;

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

/** Follows an RTF file and hands its blocks to a sink. */
export class RtfDocument implements RtfVisitor {
  readonly #page: RtfPage;
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
  #defaultFont = 0;

  constructor(sink: BlockSink) {
    this.#page = new RtfPage(sink, (style) => this.#styles.levelOf(style));
  }

  end(): void {
    this.#endRun();
    this.#page.end(this.#group.shape);
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
    if (ended.destination === 'note' && this.#group.destination !== 'note') this.#page.endNote();
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
    else if (word === 'footnote') this.#page.openNote();
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
    else if (word === 'row') this.#endRow();
    else return false;
    return true;
  }

  #setShape(change: Partial<Shape>): void {
    this.#set({ shape: { ...this.#group.shape, ...change } });
  }

  #endParagraph(): void {
    this.#endRun();
    this.#page.endParagraph(this.#group.shape);
  }

  #endCell(): void {
    this.#endRun();
    this.#page.endCell(this.#group.shape);
  }

  #endRow(): void {
    this.#endRun();
    this.#page.endRow(this.#group.shape);
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
    else if (destination === 'marker') this.#page.addMarker(text);
    else if ((destination === 'body' || destination === 'note') && !isHidden)
      this.#page.add({ ...style, type: 'text', text });
    if (this.#page.isLong) this.#page.endParagraph(this.#group.shape);
  }
}

/** `\plain` ends every style, but not the field that it stands in. */
function linkOf({ link }: Style): Style {
  return link === undefined ? {} : { link };
}
