import type { Block, Leaf } from '../markdown/block.ts';
import { plainText } from '../markdown/inline.ts';
import { type BlockSink, BlockTree, type Container } from '../markdown/sink.ts';
import { MarkdownWriter } from '../markdown/writer.ts';
import { type PageHead, PageReader, type ResolveLink } from './html/page-reader.ts';
import { htmlParser } from './html/parse.ts';

export type { PageHead, ResolveLink } from './html/page-reader.ts';

export interface HtmlPage {
  readonly markdown: string;
  readonly title: string;
  /** `<meta name=… content=…>`, names in lower case. */
  readonly meta: ReadonlyMap<string, string>;
}

const KEPT: ResolveLink = () => undefined;

/**
 * A page as Markdown, piece by piece: headings, lists, tables, links, pictures and formulas kept, what is not shown left out. The title
 * becomes the first heading where the page does not repeat it. What is held is a paragraph, or a table up to 5,000 cells; the page may be of any
 * length. `head` is filled while the page is read.
 */
export async function* htmlMarkdown(
  chunks: AsyncIterable<string> | Iterable<string>,
  resolveLink: ResolveLink = KEPT,
  head: Partial<PageHead> = {},
): AsyncGenerator<string> {
  const page = new HtmlConversion(resolveLink);
  for await (const chunk of chunks) {
    const markdown = page.write(chunk);
    if (markdown !== '') yield markdown;
  }
  yield page.end();
  Object.assign(head, page.head);
}

/** The same for a page that is held whole. */
export function htmlToMarkdown(html: string, resolveLink: ResolveLink = KEPT): HtmlPage {
  const page = new HtmlConversion(resolveLink);
  const markdown = page.write(html) + page.end();
  return { markdown, title: page.head.title ?? '', meta: page.head.meta };
}

/** A piece of HTML as blocks, to be put into a document with others. */
export function htmlBlocks(html: string, resolveLink: ResolveLink = KEPT): readonly Block[] {
  const tree = new BlockTree();
  const reader = new PageReader(tree, resolveLink);
  const parser = htmlParser(reader);
  parser.write(html);
  parser.end();
  reader.end();
  return tree.blocks();
}

/** Adds a page to a document that has others; yields after each piece. Its own title is no heading there. */
export async function* addHtml(
  sink: BlockSink,
  chunks: AsyncIterable<string>,
  resolveLink: ResolveLink = KEPT,
): AsyncGenerator<void> {
  const reader = new PageReader(sink, resolveLink);
  const parser = htmlParser(reader);
  for await (const chunk of chunks) {
    parser.write(chunk);
    yield;
  }
  parser.end();
  reader.end();
}

class HtmlConversion {
  readonly head: PageHead;
  readonly #writer = new MarkdownWriter();
  readonly #titled: TitledSink;
  readonly #reader: PageReader;
  readonly #parser: ReturnType<typeof htmlParser>;

  constructor(resolveLink: ResolveLink) {
    this.#titled = new TitledSink(this.#writer, () => this.head.title);
    this.#reader = new PageReader(this.#titled, resolveLink);
    this.#parser = htmlParser(this.#reader);
    this.head = this.#reader.head;
  }

  write(chunk: string): string {
    this.#parser.write(chunk);
    return this.#writer.take();
  }

  end(): string {
    this.#parser.end();
    this.#reader.end();
    this.#titled.end();
    return this.#writer.end();
  }
}

/** Puts the title first, unless the page does. */
class TitledSink implements BlockSink {
  readonly #sink: BlockSink;
  readonly #title: () => string | undefined;
  #isTitled = false;

  constructor(sink: BlockSink, title: () => string | undefined) {
    this.#sink = sink;
    this.#title = title;
  }

  open(container: Container): void {
    this.#putTitle();
    this.#sink.open(container);
  }

  close(): void {
    this.#sink.close();
  }

  add(leaf: Leaf): void {
    const repeats = leaf.type === 'heading' && leaf.level === 1 && plainText(leaf.content) === this.#title();
    if (!repeats) this.#putTitle();
    this.#isTitled = true;
    this.#sink.add(leaf);
  }

  end(): void {
    this.#putTitle();
  }

  #putTitle(): void {
    const title = this.#title() ?? '';
    if (!this.#isTitled && title !== '') this.#sink.add({ type: 'heading', level: 1, content: title });
    this.#isTitled = true;
  }
}
