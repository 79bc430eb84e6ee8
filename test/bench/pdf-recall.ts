/** How much of a printed page OCR finds: text pages are drawn, read, and compared with their own text, word by word. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openPdf, type PdfDocument } from '../../shared/pdf/document.ts';
import { closeOcr, ocrPage } from '../../shared/pdf/ocr/ocr.ts';
import { readPage } from '../../shared/pdf/read/read-page.ts';
import { type Line, lineText } from '../../shared/pdf/read/words.ts';
import { type FontName, type PageSpec, textLines, withFile, writePdf } from '../support/pdf/writer.ts';
import { SENTENCES } from './pdf-quality/prose.ts';

const DPI = 200;
const LEAST_RECALL = 0.98;
const DATA = '../shared/data/pdf';
/** Pages of running text, from 1: a book, a paper in two columns of 9 points, lecture notes. */
const REAL: Readonly<Record<string, readonly number[]>> = {
  'pdf.js__freeculture.pdf': [20, 60, 100],
  'pdf.js__tracemonkey.pdf': [1, 3],
  'cis__CIS300SyllabusSpring2021.pdf': [1],
};

interface Recall {
  readonly words: number;
  readonly found: number;
}

/** Prints the recall of every document and of all; below the least of all, the bench fails. */
export async function bench(): Promise<void> {
  console.log(`\nword recall of OCR, text pages drawn at ${DPI} dpi`);
  let all: Recall = { words: 0, found: 0 };
  const measure = async (name: string, path: string, pages?: readonly number[]): Promise<void> => {
    const recall = await recallOf(name, path, pages);
    all = { words: all.words + recall.words, found: all.found + recall.found };
  };
  await withFile(await ownPages(), (path) => measure('own pages', path));
  for (const [file, pages] of Object.entries(REAL))
    if (existsSync(join(DATA, file))) await measure(file, join(DATA, file), pages);
  await closeOcr();
  const share = all.found / all.words;
  console.log(`  all: ${share.toFixed(4)} of ${all.words} words (wanted: ${LEAST_RECALL})`);
  if (share < LEAST_RECALL) process.exitCode = 1;
}

async function recallOf(name: string, path: string, pages?: readonly number[]): Promise<Recall> {
  const document = await openPdf(path);
  try {
    let words = 0;
    let found = 0;
    const confidences: number[] = [];
    for (const page of pages ?? Array.from({ length: document.pages }, (_, index) => index + 1)) {
      const { recall, confidence } = await recallOfPage(document, page - 1);
      words += recall.words;
      found += recall.found;
      confidences.push(confidence);
    }
    const least = Math.min(...confidences).toFixed(2);
    const share = (found / words).toFixed(4);
    console.log(
      `  ${name}: ${share} of ${words} words on ${confidences.length} pages, confidence from ${least}`,
    );
    return { words, found };
  } finally {
    document.close();
  }
}

async function recallOfPage(
  document: PdfDocument,
  index: number,
): Promise<{ recall: Recall; confidence: number }> {
  const wanted = wordsOf(readPage(document, index).lines);
  const { lines, confidence } = await ocrPage(document, index, { dpi: DPI });
  const left = new Map<string, number>();
  for (const word of wordsOf(lines)) left.set(word, (left.get(word) ?? 0) + 1);
  let found = 0;
  for (const word of wanted) {
    const count = left.get(word) ?? 0;
    if (count > 0) found += 1;
    left.set(word, count - 1);
  }
  return { recall: { words: wanted.length, found }, confidence };
}

/** Letters and digits; what stands around them is not counted. */
function wordsOf(lines: readonly Line[]): string[] {
  return lines
    .flatMap((line) => lineText(line).normalize('NFKC').split(/\s+/))
    .map((word) => word.replace(/[^\p{L}\p{N}]/gu, ''))
    .filter((word) => word !== '');
}

/** A page of each font at two sizes. */
async function ownPages(): Promise<Uint8Array> {
  const fonts: readonly FontName[] = ['Helvetica', 'Times-Roman', 'Courier'];
  const pages = fonts.flatMap((font) => [9, 12].map((size) => ownPage(font, size)));
  return await writePdf(pages);
}

function ownPage(font: FontName, size: number): PageSpec {
  const sentences = SENTENCES.en.map((sentence) => sentence.slice(0, 66));
  return { texts: textLines(sentences, { x: 60, y: 70, size, font }, size * 1.4) };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await bench();
