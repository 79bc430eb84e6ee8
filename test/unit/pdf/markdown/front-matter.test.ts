import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { openPdf } from '../../../../shared/pdf/document.ts';
import { loadEngine } from '../../../../shared/pdf/engine.ts';
import { readMetadata, toFrontMatter, toIsoDate } from '../../../../shared/pdf/markdown/front-matter.ts';
import { withFile } from '../../../support/pdf/writer.ts';

const FRONT = { source: 'a.pdf', pages: 3 };

function parsed(block: string): Record<string, unknown> {
  const [, yaml] = /^---\n([\s\S]*)\n---\n\n$/.exec(block) ?? [];
  if (yaml === undefined || /^---$/m.test(yaml)) throw new Error(`no front matter: ${block}`);
  return parse(yaml, { schema: 'yaml-1.1' });
}

describe('toFrontMatter', () => {
  it('has what is known, and the counts', () => {
    const block = toFrontMatter({ ...FRONT, title: 'Harbours', pagesFailed: 1, pagesOcr: 2 });

    expect(block).toBe(
      '---\ntitle: "Harbours"\nsource: "a.pdf"\npages: 3\npages_failed: 1\npages_ocr: 2\npages_vision: 0\n---\n\n',
    );
  });

  it.each([
    ['no', 'no'],
    ['2024-01-31', '2024-01-31'],
    ['0x1F', '0x1F'],
    ['a: b # c', 'a: b # c'],
    ['"quoted" \\ \'too\'', '"quoted" \\ \'too\''],
    ['- [x]: {y} &z *a !b |', '- [x]: {y} &z *a !b |'],
    ['---\ntitle: other\n---', '--- title: other ---'],
    ['%YAML 1.2', '%YAML 1.2'],
    ['a\u0000b\u0007c\u0085d\u2028e\ufefff', 'a b c d e f'],
    ['half \ud800 pair', 'half \ufffd pair'],
    ['日本語 🚢', '日本語 🚢'],
    ['~', '~'],
    ['x'.repeat(5000), 'x'.repeat(300)],
    [' \n ', undefined],
  ])('writes the title %j so that YAML reads it', (title, expected) => {
    expect(parsed(toFrontMatter({ ...FRONT, title })).title).toBe(expected);
  });

  it('is read by YAML whatever the texts are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (title, author) => {
        expect(parsed(toFrontMatter({ ...FRONT, title, author }))).toMatchObject({
          source: 'a.pdf',
          pages: 3,
        });
      }),
    );
  });
});

describe('toIsoDate', () => {
  it.each([
    ["D:20240131235958+01'00'", '2024-01-31T23:59:58+01:00'],
    ['D:20240131235958Z', '2024-01-31T23:59:58Z'],
    ["D:20240131235958Z00'00'", '2024-01-31T23:59:58Z'],
    ['D:20240131', '2024-01-31'],
    ['20240131235958', '2024-01-31T23:59:58'],
    ['D:2024', '2024'],
    ['D:20241399', undefined],
    ['D:20240131999999', '2024-01-31'],
    ['31 January 2024', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s', (text, expected) => {
    expect(toIsoDate(text)).toBe(expected);
  });
});

describe('readMetadata', () => {
  it('reads what the document says, but for a language that is none', async () => {
    const bytes = await documentWith(
      { Title: 'Harbours\nof the north', CreationDate: 'D:20240131' },
      'not a language!',
    );

    expect(await withFile(bytes, read)).toEqual({ title: 'Harbours of the north', created: '2024-01-31' });
  });

  it('reads the language', async () => {
    expect(await withFile(await documentWith({ Author: 'A. Smith' }, 'de-AT'), read)).toEqual({
      author: 'A. Smith',
      language: 'de-AT',
    });
  });
});

async function documentWith(info: Record<string, string>, language: string): Promise<Uint8Array> {
  const { mupdf } = await loadEngine();
  const document = new mupdf.PDFDocument();
  document.insertPage(-1, document.addPage([0, 0, 100, 100], 0, {}, ''));
  for (const [key, value] of Object.entries(info)) document.setMetaData(`info:${key}`, value);
  document.getTrailer().get('Root').put('Lang', document.newString(language));
  const bytes = document.saveToBuffer('').asUint8Array().slice();
  document.destroy();
  return bytes;
}

async function read(path: string): Promise<unknown> {
  const document = await openPdf(path);
  try {
    return readMetadata(document);
  } finally {
    document.close();
  }
}
