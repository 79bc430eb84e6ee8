import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { openPdf } from '../../../../shared/pdf/document.ts';
import { findOcrFiles } from '../../../../shared/pdf/ocr/files.ts';
import { closeOcr, readPicture } from '../../../../shared/pdf/ocr/reader.ts';
import type { GrayPicture } from '../../../../shared/pdf/ocr/worker.ts';
import { renderGray } from '../../../../shared/pdf/render-page.ts';
import { withFile, writePdf } from '../../../support/pdf/writer.ts';

const DPI = 150;

afterAll(closeOcr);

async function pictureOf(text: string): Promise<GrayPicture> {
  const bytes = await writePdf([{ texts: [{ text, x: 72, y: 100, size: 18 }] }]);
  return await withFile(bytes, async (path) => {
    const document = await openPdf(path);
    try {
      const { pixels, width, height } = renderGray(document, 0, { dpi: DPI });
      return { pixels, width, height, dpi: DPI };
    } finally {
      document.close();
    }
  });
}

async function readText(picture: GrayPicture): Promise<string> {
  const { lines } = await readPicture(picture, ['eng']);
  return lines.flatMap(({ words }) => words.map(({ text }) => text)).join(' ');
}

test('pictures that are asked for at once are read one after the other', async () => {
  const pictures = [await pictureOf('The first harbour'), await pictureOf('The second harbour')];

  const texts = await Promise.all(pictures.map(readText));

  expect(texts).toEqual(['The first harbour', 'The second harbour']);
});

test('closing ends a picture at work with an error, and the next one starts a thread of its own', async () => {
  const [first, second] = [await pictureOf('The first harbour'), await pictureOf('The second harbour')];
  await readText(await pictureOf('Any harbour'));
  const reading = readText(first);
  reading.catch(() => undefined);
  await new Promise(setImmediate);

  await closeOcr();

  await expect(reading).rejects.toThrow("tesseract's thread ended");
  await expect(readText(second)).resolves.toBe('The second harbour');
});

test('a picture that can not be read fails alone', async () => {
  const bad = { pixels: new Uint8Array(1), width: 0, height: 0, dpi: DPI };

  await expect(readPicture(bad, ['eng'])).rejects.toThrow();
  await expect(readText(await pictureOf('The next harbour'))).resolves.toBe('The next harbour');
});

test('a program that forgets to close it ends all the same', async () => {
  const program = `
    import { readPicture } from './shared/pdf/ocr/reader.ts';
    await readPicture({ pixels: new Uint8Array(10_000).fill(255), width: 100, height: 100, dpi: 150 }, ['eng']);
    console.log('read');`;

  // Well below the time after which an idle thread is ended.
  const ended = promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
    timeout: 8_000,
  });

  await expect(ended).resolves.toMatchObject({ stdout: 'read\n' });
});

test.each(['xyz', '../eng', 'eng/../eng', '', 'e'])('there is no data for the language "%s"', (language) => {
  expect(() => findOcrFiles(['eng', language])).toThrow(`no OCR data for the language "${language}"`);
});
