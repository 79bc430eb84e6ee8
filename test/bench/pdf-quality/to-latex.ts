/** A corpus document as LaTeX; documents in scripts that pdfLaTeX lacks are left to the other producers. */
import {
  type Block,
  type Cell,
  type Document,
  hasMergedCells,
  type Inline,
  type List,
  type Table,
} from './ast.ts';

const COMMANDS = ['chapter', 'section', 'subsection', 'subsubsection'] as const;

/** Can pdfLaTeX with the standard packages set it? */
export function isForLatex(document: Document): boolean {
  if (document.css !== undefined && document.latex === undefined) return false;
  const merged = document.blocks.some((block) => block.type === 'table' && hasMergedCells(block));
  return document.language === 'en' && !merged && document.columns < 3 && document.name !== 'maths';
}

export function toLatex(document: Document): string {
  const title = document.blocks.find((block) => block.type === 'heading' && block.level === 1);
  const head = document.runningHead
    ? `\\usepackage{fancyhdr}\\pagestyle{fancy}\\fancyhf{}\\fancyhead[C]{${escapeLatex(document.runningHead)}}\\fancyfoot[C]{\\thepage}`
    : '';
  const settings = document.latex ?? { class: 'article', options: 'a4paper,10pt', preamble: '' };
  return `\\documentclass[${document.columns > 1 ? 'twocolumn,' : ''}${settings.options}]{${settings.class}}
\\usepackage[T1]{fontenc}\\usepackage[utf8]{inputenc}\\usepackage{lmodern}
\\usepackage{booktabs,longtable,array,hyperref}\\usepackage[margin=2.4cm]{geometry}${head}${settings.preamble}
\\hypersetup{hidelinks}\\setcounter{secnumdepth}{-1}
\\title{${title?.type === 'heading' ? escapeLatex(title.text) : ''}}\\author{}\\date{}
\\begin{document}
${document.blocks.map((block) => blockLatex(block, document)).join('\n\n')}
\\end{document}\n`;
}

function blockLatex(block: Block, document: Document): string {
  switch (block.type) {
    case 'heading':
      return headingLatex(block.level, block.text, document);
    case 'paragraph':
      return inlineLatex(block.text, document);
    case 'code':
      return `\\begin{verbatim}\n${block.text}\n\\end{verbatim}`;
    case 'quote':
      return `\\begin{quote}${inlineLatex(block.text, document)}\\end{quote}`;
    case 'list':
      return listLatex(block, document);
    case 'table':
      return tableLatex(block, document.columns > 1);
    default:
      return block satisfies never;
  }
}

function headingLatex(level: number, text: string, { latex }: Document): string {
  if (level === 1) return '\\maketitle';
  const command = COMMANDS[level - (latex?.top === 'chapter' ? 2 : 1)] ?? 'paragraph';
  return `\\${command}{${escapeLatex(text)}}`;
}

function inlineLatex(text: readonly Inline[], document: Document): string {
  return text.map((piece) => pieceLatex(piece, document)).join('');
}

function pieceLatex(piece: Inline, document: Document): string {
  if (typeof piece === 'string') return escapeLatex(piece);
  if (piece.type === 'note') return `\\footnote{${escapeLatex(document.notes[piece.number - 1] ?? '')}}`;
  if (piece.type === 'break') return '\\newline ';
  const text = escapeLatex(piece.text);
  switch (piece.type) {
    case 'bold':
      return `\\textbf{${text}}`;
    case 'italic':
      return `\\emph{${text}}`;
    case 'code':
      return `\\texttt{${text}}`;
    case 'strike':
      return text;
    case 'sup':
      return `\\textsuperscript{${text}}`;
    case 'sub':
      return `\\textsubscript{${text}}`;
    case 'link':
      return `\\href{${piece.uri}}{${text}}`;
    default:
      return piece satisfies never;
  }
}

function listLatex(list: List, document: Document): string {
  const tag = list.ordered ? 'enumerate' : 'itemize';
  const items = list.items.map(
    ({ text, children }) =>
      `\\item ${inlineLatex(text, document)}${children ? `\n${listLatex(children, document)}` : ''}`,
  );
  return `\\begin{${tag}}\n${items.join('\n')}\n\\end{${tag}}`;
}

function tableLatex(table: Table, narrow: boolean): string {
  const letters = columnLetters(table);
  const rows = table.rows.map((row) => `${row.map(cellLatex).join(' & ')} \\\\`);
  const tag = narrow ? 'tabular' : 'longtable';
  const spec = table.style === 'grid' ? `|${letters.join('|')}|` : letters.join('');
  const begin = `\\begin{${tag}}{${spec}}\n${tableBody(table.style, rows)}\n\\end{${tag}}`;
  return narrow ? `\\begin{center}\\small ${begin}\\end{center}` : begin;
}

const cellLatex = ({ text, mark }: Cell): string =>
  mark ? `\\texttt{${escapeLatex(text)}}` : escapeLatex(text);

function columnLetters(table: Table): string[] {
  const isWordy = table.rows.some((row) => row.some((cell) => cell.text.length > 30));
  const columns = table.rows[0]?.length ?? 1;
  return Array.from({ length: columns }, (_, index) => (isWordy && index === columns - 1 ? 'p{6cm}' : 'l'));
}

function tableBody(style: Table['style'], rows: readonly string[]): string {
  const [head = '', ...body] = rows;
  switch (style) {
    case 'grid':
      return `\\hline\n${rows.join(' \\hline\n')} \\hline`;
    case 'plain':
      return rows.join('\n');
    default:
      return `\\toprule ${head} \\midrule\n${body.join('\n')} \\bottomrule`;
  }
}

function escapeLatex(text: string): string {
  return text
    .replace(/[\\{}]/g, '')
    .replace(/[&%$#_]/g, '\\$&')
    .replace(/~/g, '\\textasciitilde{}')
    .replace(/\^/g, '\\textasciicircum{}');
}
