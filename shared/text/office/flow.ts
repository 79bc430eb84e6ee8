import type { Leaf } from '../../markdown/block.ts';
import { type Content, plainText, toInlines } from '../../markdown/inline.ts';
import type { BlockSink } from '../../markdown/sink.ts';

/** Paragraphs as Office writes them, one after the other: an item of a list only says how deep it is. */
export class Flow {
  readonly #sink: BlockSink;
  /** Levels of the items that are open. */
  readonly #levels: number[] = [];

  constructor(sink: BlockSink) {
    this.#sink = sink;
  }

  /** The sink, with no item open. */
  get sink(): BlockSink {
    this.end();
    return this.#sink;
  }

  add(leaf: Leaf): void {
    this.sink.add(leaf);
  }

  paragraph(content: Content): void {
    if (hasContent(content)) this.add({ type: 'paragraph', content });
  }

  heading(level: number, content: Content): void {
    if (hasContent(content)) this.add({ type: 'heading', level, content });
  }

  /** `number` undefined: a bullet. */
  item(level: number, number: number | undefined, content: Content): void {
    if (!hasContent(content)) return;
    while ((this.#levels.at(-1) ?? -1) >= level) this.#close();
    this.#levels.push(level);
    this.#sink.open({ type: 'item', ...(number === undefined ? {} : { number }) });
    this.#sink.add({ type: 'paragraph', content });
  }

  end(): void {
    while (this.#levels.length > 0) this.#close();
  }

  #close(): void {
    this.#levels.pop();
    this.#sink.close();
  }
}

export function hasContent(content: Content): boolean {
  return plainText(content) !== '' || toInlines(content).some(({ type }) => type === 'noteMark');
}
