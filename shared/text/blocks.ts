type BlockKind = 'paragraph' | 'item' | 'row';

/** What a paragraph must not begin with, or it would become a heading, list or quote. */
const BLOCK_START = /^(?=#{1,6}\s|[-+]\s|>|~~~)/;
const NUMBER_START = /^(\d{1,9})([.)])(?=\s)/;

/** Gathers Markdown blocks with the right space between them; `take` hands out what is there so far. */
export class BlockWriter {
  #pending: string[] = [];
  #last: BlockKind | undefined;

  heading(level: number, text: string): void {
    const line = text.replace(/\s*\n\s*/g, ' ').trim();
    if (line !== '') this.#add('paragraph', `${'#'.repeat(Math.min(Math.max(level, 1), 6))} ${line}`);
  }

  paragraph(text: string): void {
    if (text.trim() === '') return;
    const safe = text.trim().replace(BLOCK_START, '\\').replace(NUMBER_START, '$1\\$2');
    // a line break within a paragraph needs a mark of its own
    this.#add('paragraph', safe.replace(/\n/g, '\\\n'));
  }

  /** `number` undefined: a bullet. */
  item(level: number, number: number | undefined, text: string): void {
    if (text.trim() === '') return;
    const indent = '   '.repeat(Math.min(level, MAX_LEVEL));
    const marker = number === undefined ? '- ' : `${number}. `;
    const body = text.trim().replace(/\n/g, `\n${indent}${' '.repeat(marker.length)}`);
    this.#add('item', `${indent}${marker}${body}`);
  }

  /** The first row of a table is its head. */
  row(cells: readonly string[], isFirst: boolean): void {
    const line = `| ${cells.map(cellText).join(' | ')} |`;
    if (isFirst) this.#last = undefined;
    this.#add('row', isFirst ? `${line}\n|${' --- |'.repeat(cells.length)}` : line);
  }

  /** Text that is Markdown already. */
  raw(markdown: string): void {
    if (markdown.trim() !== '') this.#add('paragraph', markdown.trim());
  }

  take(): string[] {
    const taken = this.#pending;
    this.#pending = [];
    return taken;
  }

  #isEmpty = true;

  #add(kind: BlockKind, text: string): void {
    const isTight = kind === this.#last && kind !== 'paragraph';
    this.#pending.push(this.#isEmpty ? '' : isTight ? '\n' : '\n\n', text);
    this.#isEmpty = false;
    this.#last = kind;
  }

  /** The last line's end, if anything was written. */
  end(): void {
    if (!this.#isEmpty) this.#pending.push('\n');
  }
}

/** Deeper lists are written at this level: Word knows 9. */
const MAX_LEVEL = 8;

function cellText(text: string): string {
  return text
    .trim()
    .replace(/(?<!\\)\|/g, '\\|')
    .replace(/\s*\n+\s*/g, '<br>');
}
