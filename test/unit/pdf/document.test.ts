import { describe, expect, it } from 'vitest';
import { openPdf } from '../../../shared/pdf/document.ts';
import { withFile, writePdf } from '../../support/pdf/writer.ts';

const page = { texts: [{ text: 'Hello world', x: 72, y: 72 }] };

async function openError(bytes: Uint8Array | string): Promise<unknown> {
  return await withFile(bytes, async (path) => {
    try {
      (await openPdf(path)).close();
      return undefined;
    } catch (error) {
      return error;
    }
  });
}

const onePageClaiming = (count: number): string =>
  `%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count ${count}/Kids[3 0 R]>>endobj\n` +
  '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF';

describe('openPdf', () => {
  it('counts the pages of a PDF', async () => {
    const bytes = await writePdf([page, page, page]);

    const pages = await withFile(bytes, async (path) => {
      const document = await openPdf(path);
      document.close();
      return document.pages;
    });

    expect(pages).toBe(3);
  });

  it.each([
    ['an empty file', '', 'PDF_INVALID', /empty \(0 bytes\)/],
    ['HTML', '<!DOCTYPE html><html></html>', 'PDF_INVALID', /found HTML/],
    ['other data', 'PK\u0003\u0004 and so on', 'PDF_INVALID', /expected "%PDF-".*found other data/],
    ['only a header', '%PDF-1.5\n%%EOF', 'PDF_INVALID', /cut off|damaged/],
    ['a claim of many pages', onePageClaiming(4_200_000), 'PDF_INVALID', /4200000 pages|page tree/],
  ])('refuses %s', async (_name, bytes, code, message) => {
    const error = await openError(bytes);

    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('refuses a PDF that is cut off', async () => {
    const whole = await writePdf([page]);

    const error = await openError(whole.slice(0, 60));

    expect(error).toMatchObject({ code: 'PDF_INVALID', message: expect.stringMatching(/cut off/) });
  });

  it('refuses a PDF with a user password', async () => {
    const bytes = await writePdf([page], 'encrypt=aes-256,user-password=secret,owner-password=owner');

    const error = await openError(bytes);

    expect(error).toMatchObject({ code: 'PDF_PASSWORD', message: expect.stringMatching(/needs a password/) });
  });

  it('opens a PDF that has only an owner password', async () => {
    const bytes = await writePdf([page], 'encrypt=aes-256,owner-password=owner');

    expect(await openError(bytes)).toBeUndefined();
  });
});
