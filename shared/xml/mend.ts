/** An ampersand that begins no reference: hand-made files have "Q & A". The parser would read on to the next semicolon, wherever that is. */
const STRAY = /&(?!(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z_][\w.-]{0,30});)/gi;
const CDATA_START = '<![CDATA[';
const CDATA_END = ']]>';
/** What a piece may end with and only the next one decides: a reference, or a mark of CDATA. */
const UNDECIDED = /(?:&[#\w.-]{0,33}|<!?(?:\[[A-Z]{0,5})?\[?|\]{1,2})$/;

/** Escapes stray ampersands, piece by piece; within CDATA they are text already. */
export class AmpersandMender {
  #rest = '';
  #isCdata = false;

  mend(piece: string): string {
    const text = this.#rest + piece;
    const undecided = UNDECIDED.exec(text.slice(-TAIL_CHARS))?.[0].length ?? 0;
    this.#rest = text.slice(text.length - undecided);
    return this.#mended(text.slice(0, text.length - undecided));
  }

  end(): string {
    return this.#mended(this.#rest);
  }

  #mended(text: string): string {
    const parts: string[] = [];
    let at = 0;
    while (at < text.length) {
      const mark = this.#isCdata ? CDATA_END : CDATA_START;
      const found = text.indexOf(mark, at);
      const end = found === -1 ? text.length : found + mark.length;
      const part = text.slice(at, end);
      parts.push(this.#isCdata ? part : part.replace(STRAY, '&amp;'));
      this.#isCdata = (found !== -1) !== this.#isCdata;
      at = end;
    }
    return parts.join('');
  }
}

/** The longest undecided end. */
const TAIL_CHARS = 40;
