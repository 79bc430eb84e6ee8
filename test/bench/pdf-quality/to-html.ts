/** A corpus document as HTML, which Chromium and LibreOffice print. */
import { type Block, type Document, type Inline, isRightToLeft, type List, type Table } from './ast.ts';

const THEMES: Readonly<Record<Document['theme'], string>> = {
  plain: 'body{font:11pt serif}',
  web: `body{font:12px/1.5 "Liberation Sans",sans-serif;color:#222} h1{font-size:2em;border-bottom:1px solid #ddd} h2{border-bottom:1px solid #eee}
    code,pre{font-family:"Liberation Mono",monospace;background:#f4f4f4} pre{padding:10px} a{color:#0366d6}
    blockquote{border-left:4px solid #ddd;margin:0;padding-left:1em;color:#666}`,
  report: `body{font:10.5pt/1.35 "DejaVu Sans",sans-serif} h1{font-size:20pt;color:#134} h2{font-size:14pt;color:#134} h3{font-size:11.5pt} h4{font-size:10.5pt;font-style:italic}`,
  book: `body{font:11pt/1.3 "Liberation Serif",serif} p{text-align:justify;text-indent:1.5em;margin:0;hyphens:auto} h1{text-align:center;font-weight:normal;font-size:22pt} h2{font-size:14pt} h3{font-size:12pt;font-style:italic;font-weight:normal}`,
};

const TABLES: Readonly<Record<Table['style'], string>> = {
  grid: 'td,th{border:1px solid #444;padding:3px 6px}',
  rules:
    'thead tr{border-top:1.5px solid #000;border-bottom:1px solid #000} table{border-bottom:1.5px solid #000} td,th{padding:3px 10px;text-align:left}',
  plain: 'td,th{padding:3px 12px;text-align:left}',
  striped: 'tr:nth-child(even){background:#eef} td,th{padding:4px 10px;text-align:left}',
};

export function toHtml(document: Document): string {
  const notes = document.notes.map((note, index) => `<p><sup>${index + 1}</sup> ${escapeHtml(note)}</p>`);
  const end =
    notes.length > 0
      ? `<hr style="width:30%;margin-left:0"><div style="font-size:80%">${notes.join('\n')}</div>`
      : '';
  const direction = isRightToLeft(document) ? ' dir="rtl"' : '';
  return `<!DOCTYPE html><html lang="${document.language}"${direction}><head><meta charset="utf-8"><title></title><style>${styles(document)}</style></head>
<body>\n${document.blocks.map(blockHtml).join('\n')}\n${end}</body></html>`;
}

function styles(document: Document): string {
  const base = '@page{size:A4;margin:22mm 20mm}';
  const columns =
    document.columns > 1 ? `body{column-count:${document.columns};column-gap:24px} h1{column-span:all}` : '';
  const head = document.runningHead
    ? `@page{@top-center{content:"${document.runningHead}";font-size:9pt}@bottom-center{content:counter(page);font-size:9pt}}`
    : '';
  if (document.css !== undefined)
    return `${base}${head}${columns} table{border-collapse:collapse} ${document.css}`;
  const tables = document.blocks
    .filter((block) => block.type === 'table')
    .map((block) => TABLES[block.style]);
  return `${base}${head}${THEMES[document.theme]} table{border-collapse:collapse;margin:1em 0} ${[...new Set(tables)].join(' ')} ${columns}`;
}

function blockHtml(block: Block): string {
  switch (block.type) {
    case 'heading':
      return `<h${block.level}>${escapeHtml(block.text)}</h${block.level}>`;
    case 'paragraph':
      return `<p>${inlineHtml(block.text)}</p>`;
    case 'code':
      return `<pre><code>${escapeHtml(block.text)}</code></pre>`;
    case 'quote':
      return `<blockquote><p>${inlineHtml(block.text)}</p></blockquote>`;
    case 'list':
      return listHtml(block);
    case 'table':
      return tableHtml(block);
    default:
      return block satisfies never;
  }
}

function inlineHtml(text: readonly Inline[]): string {
  return text.map(pieceHtml).join('');
}

function pieceHtml(piece: Inline): string {
  if (typeof piece === 'string') return escapeHtml(piece);
  switch (piece.type) {
    case 'bold':
      return `<b>${escapeHtml(piece.text)}</b>`;
    case 'italic':
      return `<i>${escapeHtml(piece.text)}</i>`;
    case 'strike':
      return `<s>${escapeHtml(piece.text)}</s>`;
    case 'code':
    case 'sup':
    case 'sub':
      return `<${piece.type}>${escapeHtml(piece.text)}</${piece.type}>`;
    case 'link':
      return `<a href="${piece.uri}">${escapeHtml(piece.text)}</a>`;
    case 'note':
      return `<sup>${piece.number}</sup>`;
    case 'break':
      return '<br>';
    default:
      return piece satisfies never;
  }
}

function listHtml(list: List): string {
  const tag = list.ordered ? 'ol' : 'ul';
  const items = list.items.map(
    ({ text, children }) => `<li>${inlineHtml(text)}${children ? listHtml(children) : ''}</li>`,
  );
  return `<${tag}>${items.join('\n')}</${tag}>`;
}

function tableHtml(table: Table): string {
  const rows = table.rows.map((row, index) => {
    const tag = index === 0 ? 'th' : 'td';
    const cells = row.map(
      ({ text, colspan = 1, rowspan = 1, mark }) =>
        `<${tag} colspan="${colspan}" rowspan="${rowspan}">${mark ? `<code>${escapeHtml(text)}</code>` : escapeHtml(text)}</${tag}>`,
    );
    return `<tr>${cells.join('')}</tr>`;
  });
  // A cell can't span from the head into the body.
  const head = Math.max(1, ...(table.rows[0] ?? []).map(({ rowspan = 1 }) => rowspan));
  const border = table.style === 'grid' ? ' border="1" cellspacing="0" cellpadding="4"' : ' cellpadding="6"';
  return `<table${border}><thead>${rows.slice(0, head).join('\n')}</thead><tbody>${rows.slice(head).join('\n')}</tbody></table>`;
}

function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
