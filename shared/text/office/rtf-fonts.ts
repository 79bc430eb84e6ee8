/** Code pages by the number of a font's character set (RTF 1.9.1, `\fcharset`); 0 and 1 are the document's own. */
const CHARSETS: ReadonlyMap<number, number> = new Map([
  [77, 10000],
  [128, 932],
  [129, 949],
  [134, 936],
  [136, 950],
  [161, 1253],
  [162, 1254],
  [163, 1258],
  [177, 1255],
  [178, 1256],
  [186, 1257],
  [204, 1251],
  [222, 874],
  [238, 1250],
]);
const LABELS: ReadonlyMap<number, string> = new Map([
  [932, 'shift_jis'],
  [936, 'gbk'],
  [949, 'euc-kr'],
  [950, 'big5'],
  [10000, 'macintosh'],
  [65001, 'utf-8'],
]);
/** Of these, a sign takes two bytes, the second of which may look like a letter. */
const DOUBLE = new Set([932, 936, 949, 950]);
/** The character set of fonts that hold signs; of those, the bullets matter. */
const SYMBOL = 2;

/** The fonts of a document, by what their bytes mean. */
export class RtfFonts {
  #codePage = 1252;
  #font = 0;
  readonly #charsets = new Map<number, number>();
  readonly #codePages = new Map<number, number>();
  readonly #decoders = new Map<number, InstanceType<typeof TextDecoder>>();

  /** Of the document (`\ansicpg`, `\mac`). */
  setCodePage(codePage: number): void {
    this.#codePage = codePage;
  }

  /** Within the table of fonts, `\f`, `\fcharset` and `\cpg` speak of the font that is described. */
  describe(word: string, number: number): void {
    if (word === 'f') this.#font = number;
    else if (word === 'fcharset') this.#charsets.set(this.#font, number);
    else if (word === 'cpg') this.#codePages.set(this.#font, number);
  }

  isDouble(font: number): boolean {
    return DOUBLE.has(this.#pageOf(font));
  }

  decode(bytes: readonly number[], font: number): string {
    if (this.#charsets.get(font) === SYMBOL)
      return bytes.map((byte) => (byte === 0xb7 ? '•' : latin(byte))).join('');
    return this.#decoder(this.#pageOf(font)).decode(Uint8Array.from(bytes));
  }

  #pageOf(font: number): number {
    const charset = this.#charsets.get(font) ?? 0;
    return this.#codePages.get(font) ?? CHARSETS.get(charset) ?? this.#codePage;
  }

  #decoder(codePage: number): InstanceType<typeof TextDecoder> {
    const known = this.#decoders.get(codePage);
    if (known !== undefined) return known;
    const decoder = decoderOf(LABELS.get(codePage) ?? `windows-${codePage}`);
    this.#decoders.set(codePage, decoder);
    return decoder;
  }
}

function latin(byte: number): string {
  return String.fromCharCode(byte);
}

/** A code page that the platform does not know is read as Western. */
function decoderOf(label: string): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(label);
  } catch (error) {
    if (error instanceof RangeError) return new TextDecoder('windows-1252');
    throw error;
  }
}
