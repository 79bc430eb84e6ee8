import type { Inline } from '../../markdown/inline.ts';
import type { BlockSink } from '../../markdown/sink.ts';
import { InlineContent } from './inline-content.ts';
import { ListReader } from './list-reader.ts';
import type { HtmlElement } from './parse.ts';

/** Where blocks go: the page itself, a quote, a table, a cell. Its paragraph and its lists end with it. */
export class Place {
  readonly sink: BlockSink;
  /** What opened it, and closes it. */
  readonly element: HtmlElement | undefined;
  readonly lists: ListReader;
  readonly content = new InlineContent();
  /** Level of the heading that is open. */
  heading: number | undefined;

  constructor(sink: BlockSink, element?: HtmlElement) {
    this.sink = sink;
    this.element = element;
    this.lists = new ListReader(sink);
  }

  /** What was gathered is a paragraph, or the heading that is open. */
  flush(): void {
    const content = this.content.take();
    if (content.every(isBlank)) return;
    if (this.heading === undefined) this.sink.add({ type: 'paragraph', content });
    else this.sink.add({ type: 'heading', level: this.heading, content });
  }

  flushIfLong(): void {
    if (this.content.isLong) this.flush();
  }

  end(): void {
    this.flush();
    this.lists.end();
  }
}

function isBlank(piece: Inline): boolean {
  return piece.type === 'text' && piece.text.trim() === '';
}
