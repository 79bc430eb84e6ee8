/** What the PDF bench works on: documents of its own, made once and kept in a temp folder, and real ones where they are. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PageSpec, type TextAt, textLines, writePdf, writeScan } from '../support/pdf/writer.ts';
import { SENTENCES } from './pdf-quality/prose.ts';
import { writeScans } from './pdf-scans.ts';

export type Mode = 'text' | 'render' | 'ocr';

export interface Sample {
  readonly name: string;
  readonly pages: number;
  readonly modes: readonly Mode[];
  /** What is to be reached; in the order of the issue. */
  readonly target?: Target;
  path(): Promise<string>;
}

export interface Target {
  /** Text pages a second of one core. */
  readonly textPerSecond?: number;
  /** Times as many drawn pages a second of one core as `mutool draw`. */
  readonly timesMutool?: number;
  readonly peakMb?: Partial<Record<Mode, number>>;
}

const DATA = '../shared/data/pdf';
const FOLDER = join(tmpdir(), 'smallbatch-pdf-bench');

const OWN: readonly Sample[] = [
  {
    name: 'book-400',
    pages: 400,
    modes: ['text', 'render'],
    target: { textPerSecond: 100, timesMutool: 1.5 },
    path: () =>
      made('book-400.pdf', () => writePdf(Array.from({ length: 400 }, (_, page) => bookPage(page)))),
  },
  {
    name: 'book-60',
    pages: 60,
    modes: ['text'],
    path: () => made('book-60.pdf', () => writePdf(Array.from({ length: 60 }, (_, page) => bookPage(page)))),
  },
  {
    name: 'paper-304',
    pages: 304,
    modes: ['text', 'render'],
    target: { textPerSecond: 15, timesMutool: 1.5 },
    path: () =>
      made('paper-304.pdf', () => writePdf(Array.from({ length: 304 }, (_, page) => paperPage(page)))),
  },
  {
    name: 'scans-300 (105 MiB)',
    pages: 300,
    modes: ['render'],
    target: { peakMb: { render: 160 } },
    path: madeScans,
  },
  {
    name: 'scan-4',
    pages: 4,
    modes: ['ocr'],
    // Seen: 211 to 230 in ten runs.
    target: { peakMb: { ocr: 240 } },
    path: () => made('scan-4.pdf', () => scanOf(22, 4)),
  },
  {
    name: 'notes-300 (scans of two lines)',
    pages: 300,
    modes: ['ocr'],
    target: { peakMb: { ocr: 218 } },
    path: () => made('notes-300.pdf', () => scanOf(2, 300)),
  },
];

const REAL: readonly Sample[] = [
  real('pdf.js__freeculture.pdf', 352, ['text', 'render'], { textPerSecond: 100, timesMutool: 1.5 }),
  real('pdf.js__tracemonkey.pdf', 14, ['text', 'render'], {
    textPerSecond: 15,
    timesMutool: 1.5,
    peakMb: { text: 140 },
  }),
  real('derived__3168pages.pdf', 3168, ['text'], { textPerSecond: 100 }),
];

export function samples(): readonly Sample[] {
  if (existsSync(DATA)) return [...OWN, ...REAL];
  console.log(`pdf: ${DATA} is not there; only documents of its own are measured`);
  return OWN;
}

function real(file: string, pages: number, modes: readonly Mode[], target: Target): Sample {
  return { name: file, pages, modes, target, path: async () => join(DATA, file) };
}

async function made(file: string, write: () => Promise<Uint8Array>): Promise<string> {
  const path = join(FOLDER, file);
  if (existsSync(path)) return path;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(path, await write());
  return path;
}

async function madeScans(): Promise<string> {
  const path = join(FOLDER, 'scans-300.pdf');
  mkdirSync(FOLDER, { recursive: true });
  if (!existsSync(path)) await writeScans(path, 300, lines(40, 80));
  return path;
}

async function scanOf(rows: number, copies: number): Promise<Uint8Array> {
  const texts = textLines(lines(rows, 80), { x: 60, y: 80, size: 11 }, 18);
  return await writeScan(await writePdf([{ texts }]), 0, copies);
}

/** Running head, chapter title and one column of text. */
function bookPage(page: number): PageSpec {
  return {
    texts: [
      { text: `A book of harbours ${page + 1}`, x: 72, y: 40, size: 8 },
      { text: `Chapter ${page + 1}`, x: 72, y: 90, size: 16, font: 'Helvetica-Bold' },
      ...textLines(lines(46, 90, page * 7), { x: 72, y: 120 }, 13),
    ],
  };
}

/** Two columns of 9-point lines, 8,000 letters. */
function paperPage(page: number): PageSpec {
  const column = (x: number, from: number): TextAt[] =>
    textLines(lines(66, 58, from), { x, y: 80, size: 8.5, font: 'Times-Roman' }, 10);
  return {
    texts: [
      { text: `${page + 1}. On the silting of harbours`, x: 54, y: 60, size: 12, font: 'Helvetica-Bold' },
      ...column(54, page * 5),
      ...column(312, page * 5 + 66),
    ],
  };
}

function lines(count: number, width: number, from = 0): string[] {
  const { en } = SENTENCES;
  return Array.from({ length: count }, (_, row) => (en[(from + row) % en.length] ?? '').slice(0, width));
}
