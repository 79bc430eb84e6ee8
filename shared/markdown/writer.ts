import type { Leaf } from './block.ts';
import { leafLines } from './leaf-lines.ts';
import type { BlockSink, Container } from './sink.ts';
import { TableLines } from './table-lines.ts';

/** Deeper lists and quotes are written at this level: a page of 10,000 nested lists must not become 10,000 columns wide. */
const MAX_LEVELS = 32;

/** A container that is open. */
interface Level {
  readonly isItem: boolean;
  /** What its first line begins with, until that is written. */
  first: string | undefined;
  /** What all others begin with. */
  readonly rest: string;
}

/** Writes blocks as Markdown while they come; `take` hands out what is there so far. */
export class MarkdownWriter implements BlockSink {
  #pending: string[] = [];
  readonly #levels: Level[] = [];
  readonly #tables = new TableLines();
  /** Containers that are open beyond the deepest level. */
  #beyond = 0;
  #isEmpty = true;
  /** Does an item that begins now stand right under what was written last? */
  #isTight = false;

  open(container: Container): void {
    if (this.#levels.length < MAX_LEVELS) this.#levels.push(toLevel(container));
    else this.#beyond += 1;
  }

  close(): void {
    if (this.#beyond > 0) this.#beyond -= 1;
    else if (this.#levels.pop()?.isItem) this.#isTight = true;
  }

  add(leaf: Leaf): void {
    if (leaf.type === 'table') this.#put(this.#tables.lines(leaf), leaf.continues);
    else for (const lines of leafLines(leaf)) this.#put(lines);
    // a list in an item stands right under the item's text
    if (leaf.type === 'paragraph') this.#isTight = this.#levels.at(-1)?.isItem ?? false;
  }

  /** The Markdown since the last call. */
  take(): string {
    const taken = this.#pending.join('');
    this.#pending = [];
    return taken;
  }

  /** The rest, with the last line's end if anything was written. */
  end(): string {
    return this.#isEmpty ? '' : `${this.take()}\n`;
  }

  #put(lines: readonly string[], continues = false): void {
    if (lines.length === 0) return;
    if (!this.#isEmpty) this.#pending.push(this.#separator(continues));
    for (const [at, line] of lines.entries()) {
      const prefix = this.#levels.map(({ first, rest }) => first ?? rest).join('');
      for (const level of this.#levels) level.first = undefined;
      this.#pending.push(at === 0 ? '' : '\n', `${prefix}${line}`.trimEnd());
    }
    this.#isEmpty = false;
    this.#isTight = false;
  }

  /** A line's end, and an empty line where one is due, which has the marks of the quotes around it. */
  #separator(continues: boolean): string {
    const firstNew = this.#levels.findIndex(({ first }) => first !== undefined);
    const begun = firstNew === -1 ? [] : this.#levels.slice(firstNew);
    const isItem = begun.length > 0 && begun.every((level) => level.isItem);
    if (continues || (this.#isTight && isItem)) return '\n';
    const before = firstNew === -1 ? this.#levels : this.#levels.slice(0, firstNew);
    const marks = before.map(({ rest }) => rest).join('');
    return `\n${marks.trimEnd()}\n`;
  }
}

function toLevel(container: Container): Level {
  if (container.type === 'quote') return { isItem: false, first: '> ', rest: '> ' };
  const marker = container.number === undefined ? '- ' : `${container.number}. `;
  return { isItem: true, first: marker, rest: ' '.repeat(marker.length) };
}
