/**
 * Rich Text Format as plain paragraphs (Microsoft's RTF Specification 1.9.1: groups, control words, `\'hh` in the declared code page, `\uN`
 * with its `\ucN` fallback characters). Streamed: what is held is one piece and the stack of open groups.
 */
export async function* rtfText(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const reader = new RtfReader();
  let rest = '';
  for await (const chunk of chunks) {
    const text = rest + Buffer.from(chunk).toString('latin1');
    // a control word may be cut: it ends within 40 characters
    const cut = text.length > MAX_TOKEN ? text.length - MAX_TOKEN : 0;
    const end = reader.read(text, cut);
    rest = text.slice(end);
    yield reader.take();
  }
  reader.read(rest, rest.length);
  yield `${reader.take().trimEnd()}\n`;
}

const MAX_TOKEN = 64;
const MAX_GROUPS = 1_000;
const TOKEN = /\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([\da-f]{2})|\\([^a-z'])|[{}]|[^\\{}\r\n]+|[\r\n]+/giy;

/** Groups whose content is not text of the document. */
const DESTINATIONS = new Set(
  'fonttbl colortbl stylesheet info pict object themedata colorschememapping datastore latentstyles listtable listoverridetable rsidtbl generator xmlnstbl header headerl headerr headerf footer footerl footerr footerf fldinst bkmkstart bkmkend pgptbl filetbl revtbl'.split(
    ' ',
  ),
);

const WORDS: ReadonlyMap<string, string> = new Map([
  ['par', '\n\n'],
  ['sect', '\n\n'],
  ['page', '\n\n'],
  ['row', '\n'],
  ['line', '\n'],
  ['cell', ' | '],
  ['tab', ' '],
  ['emdash', '—'],
  ['endash', '–'],
  ['bullet', '•'],
  ['lquote', '‘'],
  ['rquote', '’'],
  ['ldblquote', '“'],
  ['rdblquote', '”'],
]);

const SYMBOLS: ReadonlyMap<string, string> = new Map([
  ['~', ' '],
  ['_', '‑'],
  ['-', ''],
  ['\\', '\\'],
  ['{', '{'],
  ['}', '}'],
  ['\n', '\n\n'],
  ['\r', '\n\n'],
]);

interface Group {
  isSkipped: boolean;
  /** Characters after `\uN` that stand for it in old readers. */
  fallback: number;
}

class RtfReader {
  #text = '';
  #groups: Group[] = [];
  #group: Group = { isSkipped: false, fallback: 1 };
  #toSkip = 0;
  #decoder = new TextDecoder('windows-1252');
  #bytes: number[] = [];
  #isStart = false;

  /** Reads tokens that begin before `until`; answers where it stopped. */
  read(text: string, until: number): number {
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < until) {
      const at = TOKEN.lastIndex;
      const match = TOKEN.exec(text);
      if (match === null) return until;
      // plain text may go on in the next piece, and that is no harm; a control word may not
      if (match[0].startsWith('\\') && TOKEN.lastIndex >= text.length && until < text.length) return at;
      this.#token(match);
    }
    return TOKEN.lastIndex;
  }

  take(): string {
    this.#flush();
    const text = this.#text.replace(/\n{3,}/g, '\n\n');
    this.#text = '';
    return text;
  }

  #token([token, word, number, byte, symbol]: RegExpExecArray): void {
    if (token === '{') this.#open();
    else if (token === '}') this.#close();
    else if (word !== undefined) this.#word(word, number === undefined ? undefined : Number(number));
    else if (byte !== undefined) this.#byte(Number.parseInt(byte, 16));
    else if (symbol === '*') this.#group.isSkipped ||= this.#isStart;
    else if (symbol !== undefined) this.#add(SYMBOLS.get(symbol) ?? '');
    else if (!/^[\r\n]/.test(token)) this.#plain(token);
    this.#isStart = token === '{';
  }

  #open(): void {
    this.#flush();
    if (this.#groups.length < MAX_GROUPS) this.#groups.push(this.#group);
    this.#group = { ...this.#group };
  }

  #close(): void {
    this.#flush();
    this.#group = this.#groups.pop() ?? { isSkipped: false, fallback: 1 };
    this.#toSkip = 0;
  }

  #word(word: string, number: number | undefined): void {
    if (this.#isStart && DESTINATIONS.has(word)) this.#group.isSkipped = true;
    if (word === 'u') this.#unicode(number ?? 0);
    else if (word === 'uc') this.#group.fallback = number ?? 1;
    else if (word === 'ansicpg') this.#setCodePage(number ?? 1252);
    else this.#add(WORDS.get(word) ?? '');
  }

  #unicode(code: number): void {
    this.#add(String.fromCharCode(code < 0 ? code + 65_536 : code));
    this.#toSkip = this.#group.fallback;
  }

  #setCodePage(codePage: number): void {
    const label =
      codePage === 932
        ? 'shift_jis'
        : codePage === 936
          ? 'gbk'
          : codePage === 950
            ? 'big5'
            : `windows-${codePage}`;
    try {
      this.#decoder = new TextDecoder(label);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }

  #byte(byte: number): void {
    if (this.#toSkip > 0) this.#toSkip -= 1;
    else if (!this.#group.isSkipped) this.#bytes.push(byte);
  }

  #plain(text: string): void {
    const skipped = Math.min(this.#toSkip, text.length);
    this.#toSkip -= skipped;
    this.#add(text.slice(skipped));
  }

  #add(text: string): void {
    this.#flush();
    if (!this.#group.isSkipped) this.#text += text;
  }

  #flush(): void {
    if (this.#bytes.length === 0) return;
    this.#text += this.#decoder.decode(Uint8Array.from(this.#bytes));
    this.#bytes = [];
  }
}
