import { expect, test } from 'vitest';
import { pdf } from '../../../../shared/kinds/pdf/index.ts';

test.each<[object, object]>([
  [{}, { ocr: 'auto', ocrLanguages: ['eng'], journal: 'on' }],
  [
    { pages: '9,3-7' },
    {
      pages: [
        { from: 3, to: 7 },
        { from: 9, to: 9 },
      ],
    },
  ],
  [{ ocrLanguages: 'eng+deu' }, { ocrLanguages: ['eng', 'deu'] }],
  [{ ocrLanguages: 'eng, deu' }, { ocrLanguages: ['eng', 'deu'] }],
  [
    { dpi: '200', maxPixels: '3000' },
    { dpi: 200, maxPixels: 3000 },
  ],
  [{ journal: 'off' }, { journal: 'off' }],
  [
    { figures: 'on', tables: 'html' },
    { figures: 'on', tables: 'html', vision: 'off' },
  ],
  [
    {
      vision: 'all',
      visionEndpoint: 'http://127.0.0.1:1/v1',
      visionModel: 'm',
      visionParameters: '{"seed":1}',
    },
    { vision: 'all', visionParameters: { seed: 1 }, visionConcurrency: 4 },
  ],
  [{ vision: 'auto', visionProvider: 'bedrock', visionModel: 'm' }, { visionProvider: 'bedrock' }],
])('%j', (given, expected) => {
  expect(pdf.options.parse(given)).toMatchObject(expected);
});

test.each<[object, string]>([
  [{ pages: '7-3' }, 'expected pages from 1, such as 3-7 or 1,4-6, found "7-3"'],
  [{ ocr: 'yes' }, 'auto'],
  [{ dpi: '20' }, '>=72'],
  [{ dpi: 'high' }, 'expected number'],
  [{ colour: 'on' }, 'colour'],
  [{ vision: 'all', visionModel: 'm' }, 'needed for the option vision=all'],
  [{ vision: 'all', visionEndpoint: 'https://a.org/v1' }, 'needed for the option vision=all'],
  [{ visionEndpoint: 'file:///etc/passwd' }, 'Invalid URL'],
  [{ visionParameters: '[]' }, 'expected object, received array'],
  [{ visionParameters: '{"n":128}' }, 'Unrecognized key: "n"'],
  [{ visionParameters: '{"stream":true}' }, 'Unrecognized key: "stream"'],
  [{ visionParameters: '{"model":"dearer"}' }, 'Unrecognized key: "model"'],
  [{ visionParameters: '{"max_tokens":1000000}' }, '<=32768'],
])('%j is refused', (given, message) => {
  const parsed = pdf.options.safeParse(given);

  expect(parsed.success).toBe(false);
  expect(parsed.error?.issues[0]?.message).toContain(message);
});

test('whether pages are journalled changes no result', () => {
  const on = pdf.resultOptions?.(pdf.options.parse({ journal: 'on', dpi: '150' }));
  const off = pdf.resultOptions?.(pdf.options.parse({ journal: 'off', dpi: '150' }));
  const other = pdf.resultOptions?.(pdf.options.parse({ dpi: '200' }));

  expect(off).toEqual(on);
  expect(other).not.toEqual(on);
});

test.each<[string, string, boolean]>([
  ['a.pdf', '%PDF-1.7', true],
  ['junk before it', `${'x'.repeat(400)}%PDF-1.4`, true],
  ['a.zip', 'PK\x03\x04', false],
  ['a.pdf', '<html>', false],
])('%s that begins with %j: %s', (name, head, expected) => {
  expect(pdf.accepts(name, Buffer.from(head))).toBe(expected);
});
