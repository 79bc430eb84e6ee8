/** `HYPERLINK "https://…" \l "place"`; a place alone lies in the document. */
const HYPERLINK = /^\s*HYPERLINK\s+(?:\\l\s+)?(?:"([^"]*)"|(\S+))/i;

/** The target of a link field's code; undefined for any other field. */
export function fieldLink(code: string): string | undefined {
  const match = HYPERLINK.exec(code);
  if (match === null || /^\s*HYPERLINK\s+\\l/i.test(code)) return undefined;
  return match[1] ?? match[2];
}

interface Field {
  code: string;
  /** Its result is shown from the separator on. */
  isShown: boolean;
}

/** Fields of Word, which nest: `begin code separate result end`. Their codes are not text. */
export class Fields {
  readonly #fields: Field[] = [];

  begin(): void {
    this.#fields.push({ code: '', isShown: false });
  }

  code(text: string): void {
    const field = this.#fields.at(-1);
    if (field !== undefined && !field.isShown) field.code += text;
  }

  separate(): void {
    const field = this.#fields.at(-1);
    if (field !== undefined) field.isShown = true;
  }

  end(): void {
    this.#fields.pop();
  }

  /** Is what comes now a code? */
  get isCode(): boolean {
    return this.#fields.some(({ isShown }) => !isShown);
  }

  /** Where the result that comes now leads. */
  get link(): string | undefined {
    for (const { code, isShown } of this.#fields) {
      const link = isShown ? fieldLink(code) : undefined;
      if (link !== undefined) return link;
    }
    return undefined;
  }
}
