import type { HtmlElement, HtmlVisitor } from './parse.ts';

/** Takes all that lies in one element, and is told when that closes. */
export interface Capture extends HtmlVisitor {
  end(): void;
}

/** What is not shown. */
export class Ignored implements Capture {
  open(): void {
    // not shown
  }
  close(): void {
    // not shown
  }
  text(): void {
    // not shown
  }
  end(): void {
    // not shown
  }
}

/** Of preformatted text that is held; more comes in parts. */
const MAX_CHARS = 512 * 1024;

/** What ends a line of preformatted text. */
const LINES = new Set(['br', 'p', 'div', 'li', 'tr']);

/** Text as it stands, and the class of the `code` in it, which names its language. */
export class Verbatim implements Capture {
  #parts: string[] = [];
  #chars = 0;
  readonly #done: (text: string, classes: string) => void;
  #classes: string;

  constructor(element: HtmlElement, done: (text: string, classes: string) => void) {
    this.#classes = element.attribute('class') ?? '';
    this.#done = done;
  }

  open(element: HtmlElement): void {
    if (element.name === 'code') this.#classes += ` ${element.attribute('class') ?? ''}`;
  }

  close(name: string): void {
    if (LINES.has(name)) this.#parts.push('\n');
  }

  text(text: string): void {
    this.#parts.push(text);
    this.#chars += text.length;
    if (this.#chars > MAX_CHARS) this.end();
  }

  end(): void {
    const text = this.#parts.join('');
    this.#parts = [];
    this.#chars = 0;
    if (text !== '') this.#done(text, this.#classes);
  }
}

/** A player or frame: what it holds is for those who can't play it, but for the addresses of what it plays. */
export class Player implements Capture {
  #source: string | undefined;
  readonly #done: (source: string | undefined) => void;

  constructor(source: string | undefined, done: (source: string | undefined) => void) {
    this.#source = source;
    this.#done = done;
  }

  open(element: HtmlElement): void {
    const isParameter = element.name === 'param' && /^(?:movie|src)$/i.test(element.attribute('name') ?? '');
    const source = element.attribute(isParameter ? 'value' : 'src');
    if (isParameter || element.name === 'source' || element.name === 'embed') this.#source ??= source;
  }

  close(): void {
    // its parts have no text
  }

  text(): void {
    // for those who can't play it
  }

  end(): void {
    this.#done(this.#source);
  }
}
