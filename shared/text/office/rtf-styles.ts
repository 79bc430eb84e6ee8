/** The heading levels of a document's styles, from its stylesheet (RTF 1.9.1, `\stylesheet`). */
export class RtfStyles {
  #style = 0;
  readonly #levels = new Map<number, number>();
  readonly #bases = new Map<number, number>();

  /** Within the stylesheet, words speak of the style that is described. */
  describe(word: string, number: number): void {
    if (word === 's') this.#style = number;
    else if (word === 'outlinelevel') this.#levels.set(this.#style, number + 1);
    else if (word === 'sbasedon') this.#bases.set(this.#style, number);
  }

  /** The style's name, which ends its description. */
  name(text: string): void {
    const level = /^\s*(?:heading ([1-9])|(title))\s*;/i.exec(text);
    if (level !== null && !this.#levels.has(this.#style))
      this.#levels.set(this.#style, level[2] === undefined ? Number(level[1]) : 1);
  }

  /** 1 to 9 for a heading; undefined for a body text. */
  levelOf(style: number): number | undefined {
    let at: number | undefined = style;
    for (let depth = 0; at !== undefined && depth < MAX_ANCESTORS; depth += 1) {
      const level = this.#levels.get(at);
      if (level !== undefined) return level <= 9 ? level : undefined;
      at = this.#bases.get(at);
    }
    return undefined;
  }
}

/** A style that is based on itself ends, too. */
const MAX_ANCESTORS = 20;
