import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { pdfOf } from '../../fixtures/canvas/course.ts';
import {
  linesOf,
  MemoryJournal,
  numbersIn,
  type Played,
  play,
  sentences,
} from '../../support/kinds/pdf-kind-play.ts';
import { writePdf } from '../../support/pdf/writer.ts';

test('a page that the journal has is not converted again', async () => {
  const journal = new MemoryJournal();
  const book = pdfOf(sentences(30));
  const first = await play('pdf/a/book.pdf', book, { journal });
  const writes = journal.writes;
  const stages: string[] = [];

  const second = await play('pdf/b/other.pdf', book, { journal, onStage: (stage) => stages.push(stage) });

  expect(writes).toBe(31);
  expect(journal.writes).toBe(writes);
  expect(second.outputs.get('other.md')).toBe(first.outputs.get('book.md'));
  expect(linesOf(second, 'other.pages.jsonl').slice(1)).toEqual(linesOf(first, 'book.pages.jsonl').slice(1));
  expect(first.results.get('book.pdf')?.detail).not.toHaveProperty('cachedPages');
  expect(second.results.get('other.pdf')?.detail).toMatchObject({ cachedPages: 30 });
  // not even fetched
  expect(stages).toEqual(['pdf: join']);
});

test('without a journal, nothing is kept', async () => {
  const journal = new MemoryJournal();

  const { outputs } = await play('pdf/a/a.pdf', pdfOf(sentences(3)), {
    journal,
    options: { journal: 'off' },
  });

  expect(journal.writes).toBe(0);
  expect(numbersIn(outputs.get('a.md'))).toEqual([1, 2, 3]);
});

/** 32 × 32 gray pixels that no compression makes small, in hexadecimal. */
const noise = (seed: number): string =>
  createHash('shake256', { outputLength: 32 * 32 })
    .update(`${seed}`)
    .digest('hex');

/** A picture and a line of text on each page. */
async function writeAlbum(pages: number): Promise<Uint8Array> {
  return await writePdf(
    Array.from({ length: pages }, (_, at) => ({
      texts: [{ text: `Picture ${'abcdefghij'.charAt(at % 10)} is below`, x: 72, y: 200 }],
      graphics: `q 200 0 0 200 100 300 cm BI /W 32 /H 32 /CS /G /BPC 8 /F /AHx ID ${noise(at)}> EI Q`,
    })),
  );
}

test('pictures lie beside the Markdown, also those of pages from the journal', async () => {
  const journal = new MemoryJournal();
  const album = await writeAlbum(3);
  const given = { journal, options: { figures: 'on' } };

  const first = await play('pdf/a/a.pdf', album, given);
  const second = await play('pdf/b/other.pdf', album, { ...given, onStage: endAt(1) });

  const pictures = [...first.outputs.keys()].filter((path) => path.startsWith('figures/'));
  expect(pictures).toEqual(
    [1, 2, 3].map((page) => expect.stringMatching(`^figures/[0-9a-f]{16}/p000${page}-1\\.(png|jpg)$`)),
  );
  expect(first.outputs.get('a.md')).toContain(`](${pictures[0]})`);
  expect(first.results.get('a.pdf')?.outputs.map(({ path }) => path)).toEqual([
    'a.md',
    'a.pages.jsonl',
    ...pictures,
  ]);
  expect(second.results.get('other.pdf')?.detail).toMatchObject({ cachedPages: 3 });
  expect(second.outputs.get('other.md')).toBe(first.outputs.get('a.md'));
  for (const path of pictures) expect(second.outputs.get(path)).toBe(first.outputs.get(path));
});

test('pictures of page clusters are stored with their document', async () => {
  const { results, clusters } = await play('pdf/a/a.pdf', await writeAlbum(25), {
    options: { figures: 'on' },
  });

  expect(clusters).toHaveLength(2);
  expect(results.get('a.pdf')?.outputs).toHaveLength(2 + 25);
});

test('a page whose picture the journal lost is converted again', async () => {
  const journal = new MemoryJournal();
  const album = await writeAlbum(3);
  const given = { journal, options: { figures: 'on' } };
  await play('pdf/a/a.pdf', album, given);
  const lost = [...journal.entries.keys()].find((key) => key.includes('/p0002-1.'));
  journal.entries.delete(lost ?? '');

  const { results, outputs } = await play('pdf/a/a.pdf', album, given);

  expect(results.get('a.pdf')?.detail).toMatchObject({ cachedPages: 2 });
  expect([...outputs.keys()].filter((path) => path.includes('/p0002-1.'))).toHaveLength(1);
});

/** What ends an item while it is at a page, as a killed function or a time limit does. */
const endAt =
  (page: number) =>
  (stage: string): void => {
    if (stage === `pdf: page ${page}`) throw new Error('ended');
  };

test('a cluster that ended at a page keeps the pages before it; the page itself costs itself alone', async () => {
  const journal = new MemoryJournal();
  const book = pdfOf(sentences(30));
  const stages: string[] = [];

  const first = await play('pdf/a/book.pdf', book, { journal, onStage: endAt(8) });
  const second = await play('pdf/a/book.pdf', book, { journal, onStage: endAt(8) });
  const third = await play('pdf/a/book.pdf', book, { journal, onStage: (stage) => stages.push(stage) });

  const missing = (played: Played): unknown => linesOf(played, 'book.pages.jsonl')[0]?.missing;
  expect(missing(first)).toBe('8-20');
  expect(first.outputs.get('book.md')).toContain('<!-- page 8 could not be converted: Error: ended -->');
  expect(first.results.get('book.pdf')?.detail).toMatchObject({ failedPages: 13, missingPages: '8-20' });
  expect(missing(second)).toBe('8');
  expect(missing(third)).toBe('');
  expect(stages).toEqual(['pdf: read', 'pdf: open', 'pdf: page 8', 'pdf: join']);
  expect(numbersIn(third.outputs.get('book.md'))).toEqual(sentences(30).map((_, at) => at + 1));
});
