/** Writes the sample course's PDFs: `node infra/sample/make-pdfs.ts`. Same bytes every time. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, 'course', 'web_resources');
/** A4 in points (1/72 inch). */
const WIDTH = 595;
const HEIGHT = 842;
const MARGIN = 72;

type Run = {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly bold: boolean;
  readonly text: string;
};
type Line = { readonly from: readonly [number, number]; readonly to: readonly [number, number] };
type Page = { readonly runs: readonly Run[]; readonly lines: readonly Line[] };

const CHAPTERS: readonly (readonly [string, readonly string[]])[] = [
  [
    'Why small batches',
    [
      'A large bowl of dough is hard to judge: it rises unevenly, it warms in the middle, and',
      'when it goes wrong, all of it goes wrong. A small batch fails alone. You weigh it, you',
      'write down what you did, and the next one starts from what the last one taught.',
      '',
      'The oven has one size. What you put into it has to fit, every time; so the size of a',
      'batch follows from the oven, never from the appetite.',
    ],
  ],
  [
    'Water and flour',
    [
      'Hydration is the mass of the water divided by the mass of the flour. At 60 % a dough is',
      'firm and easy to shape; at 75 % it is soft and full of holes; over 85 % it is a batter.',
      '',
      'Salt tightens the dough and slows the yeast. Two percent of the flour is usual; below one',
      'percent bread tastes of nothing, above three the yeast gives up.',
    ],
  ],
  [
    'Heat and time',
    [
      'A loaf is done when its middle has 96 degrees Celsius. The crust takes its colour from',
      'sugar and protein above 140 degrees, which is why steam, and not a lower oven, keeps',
      'it thin.',
      '',
      'Let it cool on a rack for an hour. It is still baking.',
    ],
  ],
];

const PRICES = [
  ['Item', 'Unit', 'Price'],
  ['Flour, type 550', '1 kg', '1.10'],
  ['Whole wheat flour', '1 kg', '1.45'],
  ['Sea salt', '500 g', '0.90'],
  ['Fresh yeast', '42 g', '0.25'],
  ['Rye malt', '250 g', '2.80'],
];

function chapter(at: number, title: string, lines: readonly string[]): Page {
  const text = lines.map((line, row) => run(MARGIN, HEIGHT - 150 - row * 16, 11, false, line));
  const heading = run(MARGIN, HEIGHT - 110, 18, true, `${at + 1}. ${title}`);
  const footer = run(WIDTH / 2 - 20, 40, 9, false, `Page ${at + 1}`);
  return { runs: [heading, ...text.filter((each) => each.text !== ''), footer], lines: [] };
}

function priceTable(): Page {
  const top = HEIGHT - 150;
  const columns = [MARGIN, MARGIN + 180, MARGIN + 280, MARGIN + 360];
  const right = columns.at(-1) ?? WIDTH;
  const rowHeight = 22;
  const bottom = top - PRICES.length * rowHeight;
  const cells = PRICES.flatMap((row, r) =>
    row.map((text, c) => run((columns[c] ?? 0) + 6, top - r * rowHeight - 15, 11, r === 0, text)),
  );
  const across = Array.from({ length: PRICES.length + 1 }, (_, r): Line => {
    const y = top - r * rowHeight;
    return { from: [MARGIN, y], to: [right, y] };
  });
  const down = columns.map((x): Line => ({ from: [x, top], to: [x, bottom] }));
  const heading = run(MARGIN, HEIGHT - 100, 18, true, 'Price list');
  const note = run(MARGIN, HEIGHT - 125, 11, false, 'Prices in euros, as of September 2026.');
  return { runs: [heading, note, ...cells], lines: [...across, ...down] };
}

function run(x: number, y: number, size: number, bold: boolean, text: string): Run {
  return { x, y, size, bold, text };
}

function contentOf(page: Page): string {
  const runs = page.runs.map((each) => {
    const text = each.text.replace(/[\\()]/g, '\\$&');
    return `BT /${each.bold ? 'F2' : 'F1'} ${each.size} Tf ${each.x} ${each.y} Td (${text}) Tj ET`;
  });
  const lines = page.lines.map(({ from, to }) => `${from.join(' ')} m ${to.join(' ')} l S`);
  return [...lines, ...runs].join('\n');
}

/** PDF 32000-1, 7.5: header, numbered objects, cross-reference table, trailer. */
function toPdf(title: string, pages: readonly Page[]): string {
  const font = (name: string): string =>
    `<< /Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding /WinAnsiEncoding >>`;
  const kids = pages.map((_, at) => `${6 + at * 2} 0 R`).join(' ');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} /MediaBox [0 0 ${WIDTH} ${HEIGHT}] /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>`,
    font('Helvetica'),
    font('Helvetica-Bold'),
    `<< /Title (${title}) >>`,
    ...pages.flatMap((page, at) => {
      const content = contentOf(page);
      return [
        `<< /Type /Page /Parent 2 0 R /Contents ${7 + at * 2} 0 R >>`,
        `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
      ];
    }),
  ];
  let body = '%PDF-1.4\n';
  const offsets = objects.map((object, at) => {
    const offset = body.length;
    body += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const size = objects.length + 1;
  return `${body}xref\n0 ${size}\n0000000000 65535 f \n${offsets.join('')}trailer\n<< /Size ${size} /Root 1 0 R /Info 5 0 R >>\nstartxref\n${body.length}\n%%EOF\n`;
}

await writeFile(
  join(FOLDER, 'handbook.pdf'),
  toPdf(
    "The baker's handbook",
    CHAPTERS.map(([title, lines], at) => chapter(at, title, lines)),
  ),
  'latin1',
);
await writeFile(join(FOLDER, 'prices.pdf'), toPdf('Price list', [priceTable()]), 'latin1');
