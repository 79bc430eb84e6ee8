/** The documents of the quality bench as trees, from which Markdown, HTML and LaTeX are written. */

export type Inline =
  | string
  | { readonly type: 'bold' | 'italic' | 'code' | 'strike' | 'sup' | 'sub'; readonly text: string }
  | { readonly type: 'link'; readonly text: string; readonly uri: string }
  | { readonly type: 'note'; readonly number: number }
  | { readonly type: 'break' };

/** How LaTeX sets a document. */
interface LatexSettings {
  readonly class: string;
  readonly options: string;
  readonly preamble: string;
  readonly top: 'chapter' | 'section';
}

export interface Cell {
  readonly text: string;
  readonly colspan?: number;
  readonly rowspan?: number;
  readonly mark?: 'code';
}

export interface ListItem {
  readonly text: readonly Inline[];
  readonly children?: List;
}

export interface List {
  readonly type: 'list';
  readonly ordered: boolean;
  readonly items: readonly ListItem[];
}

export interface Table {
  readonly type: 'table';
  /** The first row is the head. */
  readonly rows: readonly (readonly Cell[])[];
  readonly style: 'grid' | 'rules' | 'plain' | 'striped';
}

export type Block =
  | { readonly type: 'heading'; readonly level: 1 | 2 | 3 | 4; readonly text: string }
  | { readonly type: 'paragraph'; readonly text: readonly Inline[] }
  | { readonly type: 'code'; readonly text: string }
  | { readonly type: 'quote'; readonly text: readonly Inline[] }
  | List
  | Table;

export interface Document {
  readonly name: string;
  readonly blocks: readonly Block[];
  /** Texts of the footnotes, number 1 first. */
  readonly notes: readonly string[];
  readonly columns: 1 | 2 | 3;
  readonly theme: 'book' | 'web' | 'report' | 'plain';
  /** Printed on every page, with the page number. */
  readonly runningHead?: string;
  readonly language: 'en' | 'de' | 'fr' | 'zh' | 'ja' | 'ru' | 'ar' | 'he';
  /** A style sheet in place of the theme's. */
  readonly css?: string;
  /** A class and its settings in place of `article`. */
  readonly latex?: LatexSettings;
}

export const isRightToLeft = (document: Document): boolean =>
  document.language === 'ar' || document.language === 'he';

export const hasMergedCells = (table: Table): boolean =>
  table.rows.some((row) => row.some((cell) => (cell.colspan ?? 1) > 1 || (cell.rowspan ?? 1) > 1));
