import { expect, test } from 'vitest';
import type { PageResult } from '../../../../shared/pdf/page-result.ts';
import { PageJournal } from '../../../../shared/pdf/pages/journal.ts';
import { MemoryJournal } from '../../../support/kinds/pdf-kind-play.ts';

const SHA = 'a'.repeat(64);
const pageOf = (page: number, more: Partial<PageResult> = {}): PageResult => ({
  page,
  status: 'text',
  method: 'layout',
  confidence: 1,
  ms: 1.5,
  markdown: `page ${page}`,
  ...more,
});
const FACTS = {
  sha256: SHA,
  pages: 3,
  scanned: 0,
  isRepaired: false,
  metadata: {},
  profile: { bodySize: 10, headings: [], running: [], notes: [], hyphenates: false },
};

test('a page comes back as it was written, under the same document and settings only', async () => {
  const store = new MemoryJournal();
  const journal = new PageJournal(store, { ocr: 'auto' });

  await journal.writePage(SHA, pageOf(7));

  const [other, elsewhere] = [new PageJournal(store, { ocr: 'on' }), 'b'.repeat(64)];
  expect(await journal.readPages(SHA, [6, 7, 8])).toEqual(new Map([[7, pageOf(7)]]));
  expect(await other.readPages(SHA, [7])).toEqual(new Map());
  expect(await journal.readPages(elsewhere, [7])).toEqual(new Map());
});

test('what later versions of the library add to a page is kept', async () => {
  const journal = new PageJournal(new MemoryJournal(), {});
  const page = { ...pageOf(1), extra: { tokens: 5 } };

  await journal.writePage(SHA, page);

  expect((await journal.readPages(SHA, [1])).get(1)).toEqual(page);
});

test.each<[string, Partial<PageResult>]>([
  ['failed', { status: 'failed', error: 'no memory' }],
  ['was converted by another method than the intended one', { error: 'OCR failed: no model' }],
])('a page that %s is not kept', async (_, more) => {
  const store = new MemoryJournal();
  const journal = new PageJournal(store, {});

  await journal.writePage(SHA, pageOf(1, more));

  expect(store.writes).toBe(0);
});

test.each(['', '{', '[]', '{"page":1}', JSON.stringify(pageOf(2))])(
  'an entry that is not the page counts as missing: %s',
  async (entry) => {
    const store = new MemoryJournal();
    const journal = new PageJournal(store, {});
    await journal.writePage(SHA, pageOf(1));
    for (const key of store.entries.keys()) store.entries.set(key, entry);

    const pages = await journal.readPages(SHA, [1]);

    expect(pages).toEqual(new Map());
  },
);

test('facts of a document do not depend on the settings', async () => {
  const store = new MemoryJournal();
  await new PageJournal(store, { ocr: 'on' }).writeFacts(FACTS);

  const facts = await new PageJournal(store, { ocr: 'off' }).readFacts(SHA);

  expect(facts).toEqual(FACTS);
});

test.each(['', '{}', JSON.stringify({ ...FACTS, sha256: 'b' }), JSON.stringify({ ...FACTS, pages: 0 })])(
  'facts that are none count as missing: %s',
  async (entry) => {
    const store = new MemoryJournal();
    const journal = new PageJournal(store, {});
    await journal.writeFacts(FACTS);
    for (const key of store.entries.keys()) store.entries.set(key, entry);

    const facts = await journal.readFacts(SHA);

    expect(facts).toBeUndefined();
  },
);
