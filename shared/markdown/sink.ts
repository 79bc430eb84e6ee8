import type { Block, Leaf, List, Quote } from './block.ts';

/** What holds blocks: a quote, or an item of a list with its number, if it has one. */
export type Container = { readonly type: 'quote' } | { readonly type: 'item'; readonly number?: number };

/** Takes a page in the order of its reading. Each container that is opened is closed. */
export interface BlockSink {
  open(container: Container): void;
  close(): void;
  add(leaf: Leaf): void;
}

/** Hands a whole block to a sink. */
export function addBlock(sink: BlockSink, block: Block): void {
  if (block.type === 'quote') addWithin(sink, { type: 'quote' }, block.blocks);
  else if (block.type === 'list') addList(sink, block);
  else sink.add(block);
}

function addList(sink: BlockSink, { start, items }: List): void {
  for (const [at, item] of items.entries())
    addWithin(sink, { type: 'item', ...(start === undefined ? {} : { number: start + at }) }, item);
}

function addWithin(sink: BlockSink, container: Container, blocks: readonly Block[]): void {
  sink.open(container);
  for (const block of blocks) addBlock(sink, block);
  sink.close();
}

/** Deeper containers are kept as what is in them: what is made of the tree goes down by recursion. */
const MAX_LEVELS = 32;

interface Branch {
  readonly container: Container | undefined;
  readonly blocks: Block[];
}

/** Gathers blocks as a tree, for what has to be seen whole: a cell, a question of a quiz. */
export class BlockTree implements BlockSink {
  readonly #root: Branch = { container: undefined, blocks: [] };
  readonly #branches: Branch[] = [this.#root];
  #beyond = 0;

  open(container: Container): void {
    if (this.#branches.length > MAX_LEVELS) this.#beyond += 1;
    else this.#branches.push({ container, blocks: [] });
  }

  close(): void {
    if (this.#beyond > 0) this.#beyond -= 1;
    else if (this.#branches.length > 1) this.#end(this.#branches.pop());
  }

  add(leaf: Leaf): void {
    this.#branches.at(-1)?.blocks.push(leaf);
  }

  /** All blocks so far, with what is still open. */
  blocks(): readonly Block[] {
    while (this.#branches.length > 1) this.#end(this.#branches.pop());
    return this.#root.blocks;
  }

  #end(branch: Branch | undefined): void {
    const into = this.#branches.at(-1)?.blocks;
    if (branch?.container === undefined || into === undefined || branch.blocks.length === 0) return;
    if (branch.container.type === 'quote')
      into.push({ type: 'quote', blocks: branch.blocks } satisfies Quote);
    else addItem(into, branch.container.number, branch.blocks);
  }
}

/** An item goes to the list right before it where that is of its sort. */
function addItem(into: Block[], number: number | undefined, blocks: readonly Block[]): void {
  const last = into.at(-1);
  const isNext =
    last?.type === 'list' &&
    (last.start === undefined ? undefined : last.start + last.items.length) === number;
  if (isNext && last?.type === 'list') (last.items as Block[][]).push([...blocks]);
  else into.push({ type: 'list', ...(number === undefined ? {} : { start: number }), items: [blocks] });
}
