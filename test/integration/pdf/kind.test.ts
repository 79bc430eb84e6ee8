import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { zipOf } from '../../../infra/sample/zip-folder.ts';
import type { ItemResult } from '../../../shared/kind.ts';
import { pdfOf } from '../../fixtures/canvas/course.ts';
import { linesOf, numbersIn, play, sentences } from '../../support/kinds/pdf-kind-play.ts';
import { writePdf } from '../../support/pdf/writer.ts';

async function zipped(files: Readonly<Record<string, Uint8Array | string>>): Promise<Buffer> {
  const members = Object.entries(files).map(([name, content]) => ({ name, content: Buffer.from(content) }));
  return Buffer.concat(await Array.fromAsync(zipOf(members)));
}

test('a short PDF is converted at once; its pages are listed', async () => {
  const played = await play('pdf/a/Report.PDF', pdfOf(sentences(2)));

  expect([...played.outputs.keys()]).toEqual(['Report.md', 'Report.pages.jsonl']);
  expect(numbersIn(played.outputs.get('Report.md'))).toEqual([1, 2]);
  const [head, ...pages] = linesOf(played, 'Report.pages.jsonl');
  expect(head).toMatchObject({
    document: 'Report.PDF',
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    pages: 2,
    missing: '',
    lowConfidence: '',
    statuses: { text: 2 },
  });
  expect(pages).toEqual(
    [1, 2].map((page) => ({
      page,
      status: 'text',
      method: 'layout',
      confidence: 1,
      ms: expect.any(Number),
    })),
  );
  expect(played.results.get('Report.PDF')?.detail).toMatchObject({ status: 'converted', pages: 2 });
});

test('a long PDF expands, and its pages are joined in order', async () => {
  const played = await play('pdf/a/book.pdf', pdfOf(sentences(45)));

  expect(played.clusters.map(({ id }) => id)).toEqual([
    'pages 0001-0020',
    'pages 0021-0040',
    'pages 0041-0045',
  ]);
  expect(numbersIn(played.outputs.get('book.md'))).toEqual(sentences(45).map((_, at) => at + 1));
  expect(linesOf(played, 'book.pages.jsonl').map(({ page }) => page)).toEqual([
    undefined,
    ...sentences(45).map((_, at) => at + 1),
  ]);
});

test.each<[string, number, number[], string]>([
  ['3-4,1', 5, [1, 3, 4], ''],
  ['4-9', 5, [4, 5], '6-9'],
  ['2-30,44', 45, [...sentences(29).map((_, at) => at + 2), 44], ''],
])('pages %s of %i', async (pages, count, expected, beyond) => {
  const played = await play('pdf/a/book.pdf', pdfOf(sentences(count)), { options: { pages } });

  const markdown = played.outputs.get('book.md');
  expect(numbersIn(markdown)).toEqual(expected);
  expect(linesOf(played, 'book.pages.jsonl')[0]).toMatchObject({ pages: count, beyondEnd: beyond });
  expect(markdown?.includes('<!-- pages 6-9 were asked for; the document has 5 -->')).toBe(beyond !== '');
});

test.each([3, 45])('front matter of %i pages', async (count) => {
  const options = { frontMatter: 'on' };
  const refuse = ({ id }: { id: string }) => (id === 'pages 0021-0040' ? new Error('lost') : undefined);

  const { outputs } = await play('pdf/a/book.pdf', pdfOf(sentences(count)), { options, refuse });

  const [, yaml, markdown] = (outputs.get('book.md') ?? '').split(/^---$/m);
  expect(parse(yaml ?? '')).toEqual({
    source: 'book.pdf',
    pages: count,
    pages_failed: count === 45 ? 20 : 0,
    pages_ocr: 0,
    pages_vision: 0,
  });
  expect(numbersIn(markdown).at(0)).toBe(1);
  expect(numbersIn(markdown).at(-1)).toBe(count);
});

test('pages that the document does not have at all are an error', async () => {
  const { results } = await play('pdf/a/book.pdf', pdfOf(sentences(2)), { options: { pages: '3-4' } });

  expect(results.get('book.pdf')?.failure).toEqual({
    code: 'OPTIONS_INVALID',
    message: 'book.pdf: pages: expected pages from 1 to 2, found 3-4',
  });
});

test.each<[string, () => Promise<Uint8Array>, string, RegExp]>([
  [
    'HTML',
    async () => Buffer.from('<html></html>'),
    'PDF_INVALID',
    /^a\.pdf is not a PDF: expected "%PDF-" in its first 1024 bytes, found HTML or XML$/,
  ],
  ['nothing', async () => Buffer.alloc(0), 'PDF_INVALID', /^a\.pdf is empty \(0 bytes\)$/],
  [
    'cut off',
    async () => pdfOf(sentences(3)).subarray(0, 300),
    'PDF_INVALID',
    /^a\.pdf can't be read as a PDF \(cut off or damaged\): /,
  ],
  [
    'a password',
    async () => await writePdf([{ texts: [] }], 'encrypt=aes-256,user-password=secret'),
    'PDF_PASSWORD',
    /^a\.pdf needs a password; remove it and upload the file again$/,
  ],
  [
    'a claim',
    async () => Buffer.from(pdfOf(['x']).toString('latin1').replace('/Count 1', '/Count 4200000'), 'latin1'),
    'PDF_INVALID',
    /^a\.pdf claims 4200000 pages but has only \d+ bytes$/,
  ],
])('%s ends in an error of its own', async (_, bytes, code, message) => {
  const { results, outputs } = await play('pdf/a/a.pdf', await bytes());

  expect(results.get('a.pdf')?.failure).toEqual({ code, message: expect.stringMatching(message) });
  expect(outputs.size).toBe(0);
});

test('a zip: every PDF is a document, bad ones fail alone, others are unsupported', async () => {
  const archive = await zipped({
    'good.pdf': pdfOf(sentences(1)),
    'deep/long.PDF': pdfOf(sentences(21)),
    'password.pdf': await writePdf([{ texts: [] }], 'encrypt=aes-256,user-password=secret'),
    'cut.pdf': pdfOf(sentences(3)).subarray(0, 300),
    'page.pdf': '<!doctype html><p>moved</p>',
    'readme.txt': 'x',
    '../evil.pdf': pdfOf(['x']),
  });

  const { results, outputs } = await play('pdf/set/set.zip', archive);

  const told = ({ status, failure, detail }: ItemResult) => failure?.code ?? detail?.status ?? status;
  expect(Object.fromEntries([...results].map(([id, result]) => [id, told(result)]))).toEqual({
    'good.pdf': 'converted',
    'deep/long.PDF': 'converted',
    'password.pdf': 'PDF_PASSWORD',
    'cut.pdf': 'PDF_INVALID',
    'page.pdf': 'PDF_INVALID',
    'readme.txt': 'unsupported',
    '/rejected 6: ../evil.pdf': 'ZIP_MEMBER_INVALID',
  });
  expect([...outputs.keys()]).toEqual([
    'good.pdf.md',
    'good.pdf.pages.jsonl',
    'deep/long.PDF.md',
    'deep/long.PDF.pages.jsonl',
  ]);
});

test.each([
  ['an archive without a PDF', () => zipped({ 'a.txt': 'x' }), 'expected an archive with a .pdf member'],
  ['no archive', async () => Buffer.from('%PDF-1.4'), 'END_RECORD_MISSING'],
])('%s under the name of a zip ends the run', async (_, archive, message) => {
  await expect(play('pdf/set/set.zip', await archive())).rejects.toThrow(message);
});

test('pages whose content is cut off are missing, not blank', async () => {
  const pages = Array.from({ length: 30 }, (_, at) => ({
    texts: [{ text: `Chapter ${'abcdefghij'[at % 10]} tells it`, x: 72, y: 300 }],
  }));
  const whole = await writePdf([{ texts: [] }, ...pages]);

  const { outputs, results } = await play(
    'pdf/a/a.pdf',
    whole.subarray(0, Buffer.from(whole).indexOf('\n60 0 obj')),
  );

  const [head, ...records] = linesOf({ outputs }, 'a.pages.jsonl');
  expect(records.at(0)).toMatchObject({ page: 1, status: 'blank' });
  expect(records.at(1)).toMatchObject({ page: 2, status: 'text' });
  expect(records.at(-1)).toMatchObject({ page: 31, status: 'failed' });
  expect(head).toMatchObject({
    missing: expect.stringMatching(/^\d+-31$/),
    warning: expect.stringContaining('damaged'),
  });
  expect(outputs.get('a.md')).toContain(
    '<!-- page 31 could not be converted: the file does not have its content: it is cut off or damaged -->',
  );
  expect(results.get('a.pdf')?.detail).toMatchObject({ missingPages: head?.missing });
});

test('the pages of a cluster without a result are marked and listed', async () => {
  const refuse = ({ id }: { id: string }) => (id === 'pages 0021-0040' ? new Error('lost') : undefined);

  const played = await play('pdf/a/book.pdf', pdfOf(sentences(45)), { refuse });

  expect(numbersIn(played.outputs.get('book.md'))).toEqual([
    ...sentences(20).map((_, at) => at + 1),
    ...[41, 42, 43, 44, 45],
  ]);
  expect(played.outputs.get('book.md')).toContain('<!-- page 21 could not be converted: Error: lost -->');
  const [head] = linesOf(played, 'book.pages.jsonl');
  expect(head).toMatchObject({ missing: '21-40', statuses: { failed: 20, text: 25 } });
});

test('a document of which no page could be converted leaves what readers have', async () => {
  const { results, outputs } = await play('pdf/a/book.pdf', pdfOf(sentences(45)), {
    refuse: ({ data }) => (data.type === 'pages' ? new Error('lost') : undefined),
  });

  expect(outputs.size).toBe(0);
  expect(results.get('book.pdf')?.failure).toEqual({
    code: 'PAGES_FAILED',
    message: 'book.pdf: none of its 45 pages could be converted; page 1: Error: lost',
  });
});
