/** How a piece of a line looks. A piece with a `link` is part of that link's text. */
export interface Style {
  readonly bold?: boolean;
  readonly italic?: boolean;
  readonly strike?: boolean;
  readonly raised?: 'sup' | 'sub';
  readonly code?: boolean;
  /** As it came: the writer leaves out what no reader should be led to. */
  readonly link?: string;
}

/** Plain text, never Markdown: the writer escapes it. A line feed is a line break. */
export interface Text extends Style {
  readonly type: 'text';
  readonly text: string;
}

export interface Image extends Style {
  readonly type: 'image';
  readonly alt: string;
  readonly target: string;
}

/** A formula in TeX. */
export interface Maths extends Style {
  readonly type: 'maths';
  readonly tex: string;
  readonly display?: boolean;
}

/** The mark of a footnote, by its label. */
interface NoteMark extends Style {
  readonly type: 'noteMark';
  readonly label: string;
}

export type Inline = Text | Image | Maths | NoteMark;

/** A string stands for one piece of plain text. */
export type Content = string | readonly Inline[];

export function text(value: string, style: Style = {}): Text {
  return { ...style, type: 'text', text: value };
}

export function link(value: string, target: string): Text {
  return { type: 'text', text: value, link: target };
}

export function image(alt: string, target: string): Image {
  return { type: 'image', alt, target };
}

export function code(value: string): Text {
  return { type: 'text', text: value, code: true };
}

/** Inline mathematics; `mathsBlock` is the displayed form on lines of its own. */
export function maths(tex: string): Maths {
  return { type: 'maths', tex };
}

/** The same content in one more style: a bold line, a linked title. */
export function styled(content: Content, style: Style): readonly Inline[] {
  return toInlines(content).map((piece) => ({ ...piece, ...style }));
}

export function toInlines(content: Content): readonly Inline[] {
  return typeof content === 'string' ? [text(content)] : content;
}

/** The words alone: for titles, and to see whether there are any. */
export function plainText(content: Content): string {
  const words = toInlines(content).map((piece) => {
    if (piece.type === 'text') return piece.text;
    if (piece.type === 'image') return piece.alt;
    return piece.type === 'maths' ? piece.tex : '';
  });
  return words.join('').replace(/\s+/g, ' ').trim();
}
