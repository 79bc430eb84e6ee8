/** Which text is a caption: by its label, in the languages that papers are written in, and its number. */
import type { Chunk } from '../layout/blocks.ts';
import { lineText } from '../read/words.ts';
import { isHyphenated } from './inline.ts';

export interface Caption {
  /** As plain text, the label included. */
  readonly text: string;
  /** Captions of tables stand above them, those of figures below. */
  readonly isOfTable: boolean;
}

const FIGURE =
  /^(?:(?:supplementary|extended data|online)\s+)?(?:fig(?:ure|uur|ura|ur|\.)?|abb(?:ildung|\.)?|afbeelding|bild|obr(?:ázek|\.)?|rys(?:unek|\.)?|kuva|şekil|illustration|chart|diagram|scheme|exhibit|plate|photo|image|рис(?:унок|\.)?|схема|图|圖|図|그림)/iu;
const TABLE =
  /^(?:(?:supplementary|extended data|online)\s+)?(?:tab(?:leau|le|elle|la|ela|ella|el|ulka|lo|\.)|cuadro|taulukko|табл(?:ица|\.)|表|표)/iu;
/** 3, 2-1, A.3, S2, IV, B, 2a, 2(a). */
const NUMBER =
  /^[\s\u00a0]*(?:[A-Z]?\.?\d+(?:[.–-]\d+)*|[IVX]+|[A-Z])(?:[a-z]\b|\s?\([a-z]\))?(?![\p{L}\d])/u;
/** A sentence goes on in the text: `Figure 3 shows`, `Table 2, however`. */
const SENTENCE = /^(?:,|\s+\p{Ll})/u;

/** Undefined for a block that is none, or that only begins by naming a figure. */
export function captionOf({ lines }: Chunk): Caption | undefined {
  const text = lines.map((line) => lineText(line)).reduce(joined, '');
  const label = labelOf(text);
  if (label === undefined) return undefined;
  const isSentence = SENTENCE.test(text.slice(label.length));
  return isSentence && !hasBoldLabel(lines) ? undefined : { text, isOfTable: TABLE.test(text) };
}

/** `Figure 3` of a text that begins so. */
export function labelOf(text: string): string | undefined {
  const [word] = TABLE.exec(text) ?? FIGURE.exec(text) ?? [];
  const [number] = (word !== undefined && NUMBER.exec(text.slice(word.length))) || [];
  return number === undefined ? undefined : `${word}${number}`;
}

function joined(before: string, line: string): string {
  if (before === '') return line;
  return isHyphenated(before, line, true) ? before.slice(0, -1) + line : `${before} ${line}`;
}

function hasBoldLabel(lines: Chunk['lines']): boolean {
  const words = lines.flatMap((line) => line.words);
  return words[0]?.face.bold === true && words.at(-1)?.face.bold === false;
}
