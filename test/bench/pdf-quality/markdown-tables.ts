/** Finds the tables of a Markdown text, GitHub's and HTML's. */
export interface FoundCell {
  readonly text: string;
  readonly colspan: number;
  readonly rowspan: number;
}

export type FoundTable = readonly (readonly FoundCell[])[];

const HTML_TABLE = /<table[^>]*>.*?<\/table>/gis;
const DELIMITER = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

export function findTables(markdown: string): FoundTable[] {
  return [...tablesToHtml(markdown).matchAll(HTML_TABLE)].map(([html]) => parseHtmlTable(html));
}

function parseHtmlTable(html: string): FoundTable {
  return [...html.matchAll(/<tr[^>]*>(.*?)<\/tr>/gis)].map(([, row = '']) =>
    [...row.matchAll(/<t[dh]([^>]*)>(.*?)<\/t[dh]>/gis)].map(([, attributes = '', text = '']) => ({
      text: plainText(text),
      colspan: Number(/colspan="?(\d+)/i.exec(attributes)?.[1] ?? 1),
      rowspan: Number(/rowspan="?(\d+)/i.exec(attributes)?.[1] ?? 1),
    })),
  );
}

function plainText(html: string): string {
  return html
    .replace(/<br\s*\/?>/gi, ' ')
    .replace(/<[^>]+>/g, '')
    .replace(/&amp;/g, '&')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/\*\*|`|\\(?=[|*_<])/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The text with GitHub's tables rewritten as HTML tables. */
export function tablesToHtml(markdown: string): string {
  const lines = markdown.split('\n');
  const out: string[] = [];
  let index = 0;
  while (index < lines.length) {
    const end = isTableStart(lines, index) ? tableEnd(lines, index + 2) : index;
    if (end === index) out.push(lines[index] ?? '');
    else {
      const rows = lines.slice(index, end).filter((_, row) => row !== 1);
      out.push(`<table>${rows.map(rowToHtml).join('')}</table>`);
    }
    index = Math.max(end, index + 1);
  }
  return out.join('\n');
}

function isTableStart(lines: readonly string[], index: number): boolean {
  const delimiter = lines[index + 1] ?? '';
  return (lines[index] ?? '').includes('|') && delimiter.includes('|') && DELIMITER.test(delimiter);
}

function tableEnd(lines: readonly string[], from: number): number {
  let end = from;
  while ((lines[end] ?? '').includes('|')) end += 1;
  return end;
}

function rowToHtml(line: string): string {
  const cells = line
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '')
    .split(/(?<!\\)\|/);
  return `<tr>${cells.map((cell) => `<td>${cell.trim()}</td>`).join('')}</tr>`;
}
