import type { Style } from '../../markdown/inline.ts';
import type { BlockSink } from '../../markdown/sink.ts';
import { MathMl } from '../maths/mathml.ts';
import { type Capture, Ignored, Player, Verbatim } from './captures.ts';
import { isHidden, styleOf } from './elements.ts';
import { isMedia, mediaLabel, mediaSource, toImage } from './media.ts';
import type { HtmlElement, HtmlVisitor } from './parse.ts';
import { Structure } from './structure.ts';

/** Says where a link leads once the page has left its place; undefined keeps it as it is. */
export type ResolveLink = (link: string) => string | undefined;

/** What a page says of itself. */
export interface PageHead {
  title: string | undefined;
  /** `<meta name=… content=…>`, names in lower case. */
  readonly meta: Map<string, string>;
}

interface Frame {
  readonly element: HtmlElement;
  readonly style: Style;
  /** What the paragraph and the page had when it began, to see whether a link has a text, or a sign. */
  readonly added: number;
  readonly opened: number;
}

/** Follows a page and hands its blocks to a sink. */
export class PageReader implements HtmlVisitor {
  readonly head: PageHead = { title: undefined, meta: new Map() };
  readonly #resolveLink: ResolveLink;
  readonly #structure: Structure;
  readonly #frames: Frame[] = [];
  #style: Style = {};
  /** Elements so far. */
  #opened = 0;
  #capture: { readonly visitor: Capture; depth: number } | undefined;

  constructor(sink: BlockSink, resolveLink: ResolveLink) {
    this.#resolveLink = resolveLink;
    this.#structure = new Structure(sink);
  }

  open(element: HtmlElement): void {
    if (this.#capture !== undefined) {
      this.#capture.depth += 1;
      this.#capture.visitor.open(element);
      return;
    }
    const visitor = this.#captureOf(element);
    if (visitor === undefined) this.#openShown(element);
    else this.#capture = { visitor, depth: 1 };
  }

  close(name: string): void {
    if (this.#capture === undefined) this.#closeShown();
    else {
      this.#capture.depth -= 1;
      if (this.#capture.depth > 0) this.#capture.visitor.close(name);
      else this.#endCapture(this.#capture.visitor);
    }
  }

  text(text: string): void {
    if (this.#capture === undefined) {
      this.#structure.place.content.text(text, this.#style);
      this.#structure.place.flushIfLong();
    } else this.#capture.visitor.text(text);
  }

  /** After the last element. */
  end(): void {
    this.#structure.end();
  }

  #endCapture(visitor: Capture): void {
    this.#capture = undefined;
    visitor.end();
  }

  /** What is read by another, or not at all. */
  #captureOf(element: HtmlElement): Capture | undefined {
    const { name } = element;
    if (name === 'title') return new Verbatim(element, (text) => this.#setTitle(text));
    if (name === 'script' && TEX_SCRIPT.test(element.attribute('type') ?? ''))
      return new Verbatim(element, (tex) =>
        this.#addMaths(tex, /display/.test(element.attribute('type') ?? '')),
      );
    if (isHidden(element)) return new Ignored();
    if (name === 'svg') return new Verbatim(element, (text) => this.text(text));
    if (name === 'pre') return new Verbatim(element, (text, classes) => this.#addCode(text, classes));
    if (name === 'math') return new MathMl(element, (tex, isDisplay) => this.#addMaths(tex, isDisplay));
    if (isMedia(name)) return new Player(mediaSource(element), (source) => this.#addMedia(element, source));
    return undefined;
  }

  #openShown(element: HtmlElement): void {
    this.#structure.open(element);
    const { content } = this.#structure.place;
    this.#opened += 1;
    this.#frames.push({ element, style: this.#style, added: content.added, opened: this.#opened });
    this.#style = this.#styleIn(element);
    this.#openInline(element);
  }

  #styleIn(element: HtmlElement): Style {
    const added = styleOf(element);
    if (added !== undefined) return { ...this.#style, ...added };
    const href = element.name === 'a' ? element.attribute('href')?.trim() : undefined;
    return href ? { ...this.#style, link: this.#resolved(href) } : this.#style;
  }

  #openInline(element: HtmlElement): void {
    const { place } = this.#structure;
    switch (element.name) {
      case 'br':
        place.content.lineBreak(this.#style);
        place.flushIfLong();
        break;
      case 'hr':
        place.flush();
        place.sink.add({ type: 'rule' });
        break;
      case 'img':
        place.content.add({
          ...this.#style,
          ...toImage(element, this.#resolved(element.attribute('src') ?? '')),
        });
        break;
      case 'area':
        this.#addArea(element);
        break;
      case 'meta':
        this.#addMeta(element);
        break;
      case 'q':
        place.content.text('“', this.#style);
    }
  }

  #closeShown(): void {
    const frame = this.#frames.pop();
    if (frame === undefined) return;
    const { element, style, added, opened } = frame;
    const end = ENDS.get(element.name);
    if (end !== undefined) this.#structure.place.content.text(end, this.#style);
    const isSign = this.#structure.place.content.added === added && this.#opened > opened;
    if (element.name === 'a' && isSign) this.#addLabel(element);
    this.#style = style;
    this.#structure.close(element);
    this.#structure.place.flushIfLong();
  }

  /** A link without a text, of which only a sign is seen. */
  #addLabel(element: HtmlElement): void {
    const label = element.attribute('title') ?? element.attribute('aria-label');
    if (label !== undefined) this.#structure.place.content.text(label, this.#style);
  }

  /** A part of a picture that is a link. */
  #addArea(element: HtmlElement): void {
    const href = element.attribute('href');
    const label = element.attribute('alt') || element.attribute('title') || href;
    if (!href || label === undefined) return;
    const { content } = this.#structure.place;
    content.add({ ...this.#style, type: 'text', text: label, link: this.#resolved(href) });
    content.text(' ', this.#style);
  }

  /** Embedded players become links: what they show is not text, but where it lies is. */
  #addMedia(element: HtmlElement, source: string | undefined): void {
    const { place } = this.#structure;
    place.flush();
    if (source === undefined) return;
    place.content.add({ type: 'text', text: mediaLabel(element), link: this.#resolved(source) });
    place.flush();
  }

  #addCode(text: string, classes: string): void {
    const { place } = this.#structure;
    place.flush();
    place.sink.add({ type: 'code', language: LANGUAGE.exec(classes)?.[1] ?? '', text });
  }

  #addMaths(tex: string, display: boolean): void {
    if (tex.trim() !== '') this.#structure.place.content.add({ ...this.#style, type: 'maths', tex, display });
  }

  #setTitle(text: string): void {
    this.head.title ??= text.replace(/\s+/g, ' ').trim();
  }

  #addMeta(element: HtmlElement): void {
    const name = element.attribute('name')?.toLowerCase();
    if (name !== undefined) this.head.meta.set(name, element.attribute('content') ?? '');
  }

  #resolved(link: string): string {
    return this.#resolveLink(link) ?? link;
  }
}

/** What is seen after an element. */
const ENDS: ReadonlyMap<string, string> = new Map([
  ['q', '”'],
  ['option', ' '],
]);
const TEX_SCRIPT = /^math\/tex/i;
const LANGUAGE = /(?:^|\s)lang(?:uage)?-([\w+#-]{1,40})/;
