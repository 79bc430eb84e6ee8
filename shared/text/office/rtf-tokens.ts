/** What stands in an RTF file, in its order. */
export interface RtfVisitor {
  open(): void;
  close(): void;
  /** A control word with its number, if it has one. */
  word(word: string, number: number | undefined): void;
  /** `\'hh`: a byte in the code page of the font. */
  byte(byte: number): void;
  /** A control symbol: the sign after the backslash. */
  symbol(sign: string): void;
  text(text: string): void;
}

/** A control word may be cut by the end of a chunk: it ends within 44 characters. */
const MAX_TOKEN = 64;
const TOKEN = /\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([\da-f]{2})|\\([^a-z'])|[{}]|[^\\{}\r\n]+|[\r\n]+|\\/giy;

/** Reads tokens piece by piece (Microsoft's RTF Specification 1.9.1). What is held is the end of one piece. */
export class RtfTokens {
  readonly #visitor: RtfVisitor;
  #rest = '';
  /** Bytes of a picture that are no tokens (`\binN`). */
  #binary = 0;

  constructor(visitor: RtfVisitor) {
    this.#visitor = visitor;
  }

  write(chunk: Uint8Array): void {
    const text =
      this.#rest + Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1');
    const end = this.#read(text, Math.max(text.length - MAX_TOKEN, 0));
    this.#rest = text.slice(end);
  }

  end(): void {
    this.#read(this.#rest, this.#rest.length);
  }

  /** Reads tokens that begin before `until`; answers where it stopped. */
  #read(text: string, until: number): number {
    const token = new RegExp(TOKEN);
    let at = 0;
    while (at < until) {
      const skipped = Math.min(this.#binary, text.length - at);
      this.#binary -= skipped;
      at += skipped;
      token.lastIndex = at;
      const match = at < until ? token.exec(text) : null;
      if (match === null) break;
      at = token.lastIndex;
      this.#token(match);
    }
    return at;
  }

  #token([token, word, number, byte, symbol]: RegExpExecArray): void {
    const visitor = this.#visitor;
    if (token === '{') visitor.open();
    else if (token === '}') visitor.close();
    else if (word !== undefined) this.#word(word, number === undefined ? undefined : Number(number));
    else if (byte !== undefined) visitor.byte(Number.parseInt(byte, 16));
    else if (symbol !== undefined) visitor.symbol(symbol);
    else if (!/^[\r\n\\]/.test(token)) visitor.text(token);
  }

  #word(word: string, number: number | undefined): void {
    if (word === 'bin') this.#binary = Math.max(number ?? 0, 0);
    else this.#visitor.word(word, number);
  }
}
