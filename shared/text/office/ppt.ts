import { bullets, heading } from '../../markdown/block.ts';
import { addBlock } from '../../markdown/sink.ts';
import { MarkdownWriter } from '../../markdown/writer.ts';
import type { RangeSource } from '../../range-source.ts';
import { openCompoundFile } from './cfb.ts';
import { needsPassword } from './doc/fib.ts';

/** [MS-PPT] 2.13.24: the record types that hold text, or say where it belongs. */
const RECORD = {
  slide: 0x03ee,
  textHeader: 0x0f9f,
  textChars: 0x0fa0,
  textBytes: 0x0fa8,
  slideList: 0x0ff0,
  slidePersist: 0x03f3,
} as const;
const HEADER_BYTES = 8;
/** The version nibble of a record that holds records. */
const CONTAINER = 0xf;
/** The instance of the slide list that belongs to slides, not to masters or notes. */
const SLIDES = 0;
const MAX_DEPTH = 32;
/** TextHeaderAtom: title, centred title; notes text (2) and others are not in the slide list's titles. */
const TITLES = new Set([0, 6]);

interface Slide {
  title: string;
  readonly texts: string[];
}

/** The text of a PowerPoint 97 to 2003 file: a heading per slide, then its paragraphs. Throws TEXT_INVALID where it is no such file. */
export async function* pptText(source: RangeSource): AsyncGenerator<string> {
  const file = await openCompoundFile(source);
  if (file.has(CURRENT_USER) && isEncrypted(await file.stream(CURRENT_USER)))
    throw needsPassword('PowerPoint file');
  const reader = new PptReader(await file.stream('PowerPoint Document'));
  const writer = new MarkdownWriter();
  let number = 0;
  for (const { title, texts } of reader.slides()) {
    number += 1;
    writer.add(heading(2, title === '' ? `Slide ${number}` : title));
    addBlock(writer, bullets(texts));
    yield writer.take();
  }
  yield writer.end();
}

/** [MS-PPT] 2.3.2: the token of a presentation that needs a password. */
const CURRENT_USER = 'Current User';
const TOKEN_AT = 12;
const ENCRYPTED_TOKEN = 0xf3d1c4df;

function isEncrypted(user: Buffer): boolean {
  return user.length >= TOKEN_AT + 4 && user.readUInt32LE(TOKEN_AT) === ENCRYPTED_TOKEN;
}

class PptReader {
  readonly #bytes: Buffer;
  readonly #outline: Slide[] = [];
  readonly #boxes: Slide[] = [];
  #textType = -1;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** A slide's outline text stands in the slide list, the text of its other boxes in the slide itself; both come in slide order. */
  slides(): Slide[] {
    this.#walk(0, this.#bytes.length, undefined, 0);
    const length = Math.max(this.#outline.length, this.#boxes.length);
    return Array.from({ length }, (_, at) => {
      const outline = this.#outline[at];
      const box = this.#boxes[at];
      return {
        title: outline?.title || box?.title || '',
        texts: [...(outline?.texts ?? []), ...(box?.texts ?? [])],
      };
    });
  }

  /** `slides`: where text that is found now belongs. */
  #walk(start: number, end: number, slides: Slide[] | undefined, depth: number): void {
    let at = start;
    while (at + HEADER_BYTES <= end) {
      const version = this.#bytes.readUInt16LE(at);
      const type = this.#bytes.readUInt16LE(at + 2);
      const bodyEnd = Math.min(at + HEADER_BYTES + this.#bytes.readUInt32LE(at + 4), end);
      const body = at + HEADER_BYTES;
      if ((version & 0xf) === CONTAINER && depth < MAX_DEPTH)
        this.#walk(body, bodyEnd, this.#within(type, version >> 4, slides), depth + 1);
      else this.#atom(type, this.#bytes.subarray(body, bodyEnd), slides);
      at = bodyEnd;
    }
  }

  #within(type: number, instance: number, slides: Slide[] | undefined): Slide[] | undefined {
    if (type === RECORD.slideList) return instance === SLIDES ? this.#outline : undefined;
    if (type !== RECORD.slide) return slides;
    this.#boxes.push({ title: '', texts: [] });
    return this.#boxes;
  }

  #atom(type: number, body: Buffer, slides: Slide[] | undefined): void {
    if (type === RECORD.slidePersist) slides?.push({ title: '', texts: [] });
    else if (type === RECORD.textHeader) this.#textType = body.length >= 4 ? body.readUInt32LE(0) : -1;
    else if (type === RECORD.textChars) this.#text(body.toString('utf16le'), slides);
    else if (type === RECORD.textBytes) this.#text(body.toString('latin1'), slides);
  }

  #text(text: string, slides: Slide[] | undefined): void {
    const slide = slides?.at(-1);
    if (slide === undefined) return;
    // a paragraph ends with CR, a line within it with VT; `*` alone stands for the page number
    const lines = text.split('\r').map((line) => line.replaceAll('\v', ' ').trim());
    const kept = lines.filter((line) => line !== '' && line !== '*');
    if (TITLES.has(this.#textType) && slide.title === '') slide.title = kept.join(' ');
    else for (const line of kept) slide.texts.push(line);
  }
}
