/** Nothing is lost in silence: what a page's text layer has is in its Markdown, or counted with a reason. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openPdf, type PdfDocument } from '../../../shared/pdf/document.ts';
import { convertPage } from '../../../shared/pdf/page.ts';
import type { PageResult } from '../../../shared/pdf/page-result.ts';
import { collectProfile } from '../../../shared/pdf/profile.ts';
import { type PageSpec, type TextAt, textLines, withFile, writePdf } from '../../support/pdf/writer.ts';

const folder = join(import.meta.dirname, '../../../../shared/data/pdf');
const isHere = existsSync(folder);
if (!isHere) console.log('real PDFs skipped: ../shared/data/pdf is not there');

/** Of a long document, so many pages spread over it. */
const PAGES_EACH = 5;
/** The files that no reader opens are other tests'. */
const UNREADABLE = new Set(['PDF_INVALID', 'PDF_PASSWORD']);

/** How often each letter or digit comes; ligatures are taken apart, and spaces and punctuation don't count. */
function lettersOf(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [letter] of text
    .normalize('NFKC')
    .toLowerCase()
    .matchAll(/[\p{L}\p{N}]/gu))
    counts.set(letter, (counts.get(letter) ?? 0) + 1);
  return counts;
}

/** What a reader sees of it. */
function shownText(markdown: string): string {
  return markdown
    .replace(/\]\([^)]*\)/g, ']')
    .replace(/<\/?(table|thead|tbody|tr|td|th|br|b|i|u|s|sup|sub|code|a)\b[^>]*>|<!--.*?-->/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&');
}

function missingLetters(layer: string, { markdown }: PageResult): number {
  const found = lettersOf(shownText(markdown));
  let missing = 0;
  for (const [letter, count] of lettersOf(layer)) missing += Math.max(0, count - (found.get(letter) ?? 0));
  return missing;
}

function textLayer(document: PdfDocument, index: number): string {
  const page = document.handle.loadPage(index);
  const text = page.toStructuredText('');
  try {
    return text.asText();
  } finally {
    text.destroy();
    page.destroy();
  }
}

interface Account {
  readonly page: number;
  readonly missing: number;
  readonly leftOut: number;
  readonly unplaced: number;
}

async function accountsOf(path: string): Promise<Account[]> {
  const document = await openPdf(path);
  try {
    const profile = collectProfile(document);
    const accounts: Account[] = [];
    const step = Math.max(1, Math.floor(document.pages / PAGES_EACH));
    for (let page = 1; page <= document.pages; page += step) {
      const result = await convertPage(document, page, profile, { ocr: 'off' });
      const { unplaced = 0, ...reasons } = result.leftOut ?? {};
      const leftOut = Object.values(reasons).reduce((sum, count) => sum + count, 0);
      accounts.push({
        page,
        missing: missingLetters(textLayer(document, page - 1), result),
        leftOut,
        unplaced,
      });
    }
    return accounts;
  } finally {
    document.close();
  }
}

const isLost = ({ missing, leftOut, unplaced }: Account): boolean => unplaced > 0 || missing > leftOut;

/** Random numbers from 0 to 1, the same in each run (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const WORDS = 'harbour office keeps record vessel enters basin tide 1987 gauge storm council 42 west'.split(
  ' ',
);

/** Pieces of text anywhere on the page, in any size and direction, over each other and over its edge. */
function scattered(seed: number): PageSpec {
  const random = randomFrom(seed);
  const pick = <T>(from: readonly T[], none: T): T => from[Math.floor(random() * from.length)] ?? none;
  const texts = Array.from({ length: 40 }, (): TextAt => {
    const text = Array.from({ length: 1 + Math.floor(random() * 6) }, () => pick(WORDS, '')).join(' ');
    const degrees = pick([0, 0, 0, 90, -90, 180, Math.floor(random() * 360)], 0);
    return {
      text,
      x: 20 + random() * 560,
      y: 20 + random() * 760,
      size: pick([7, 10, 10, 10, 18], 10),
      degrees,
    };
  });
  return { texts };
}

describe('the letters of the text layer are in the Markdown or left out with a reason', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('on a page of scattered text (%i)', async (seed) => {
    const pdf = await writePdf([scattered(seed), scattered(seed + 100), scattered(seed + 200)]);

    const accounts = await withFile(pdf, accountsOf);

    expect(accounts.filter(isLost)).toEqual([]);
  });

  it('counts a running head as left out', async () => {
    const page = (own: string): PageSpec => ({
      texts: [
        { text: 'The Harbour Record', x: 72, y: 30, size: 8 },
        ...textLines([`The ${own} page.`, 'It has text.'], { x: 72, y: 300 }),
      ],
    });
    const pdf = await writePdf([page('first'), page('second'), page('third')]);

    const accounts = await withFile(pdf, accountsOf);

    for (const { missing, leftOut } of accounts) expect([missing, leftOut]).toEqual([16, 16]);
  });

  it('fails where text is lost', () => {
    const result = {
      page: 1,
      status: 'text',
      method: 'layout',
      confidence: 1,
      ms: 1,
      markdown: 'one',
    } as const;

    expect(missingLetters('one two', result)).toBe('two'.length);
  });
});

describe.skipIf(!isHere)('the same of real PDFs (skipped where ../shared/data/pdf is not there)', () => {
  const files = isHere ? readdirSync(folder).filter((name) => name.endsWith('.pdf')) : [];

  it.each(files)('%s', async (name) => {
    const accounts = await accountsOf(join(folder, name)).catch((error: { code?: string }) => {
      if (UNREADABLE.has(error.code ?? '')) return [];
      throw error;
    });

    expect(accounts.filter(isLost)).toEqual([]);
  });
});
