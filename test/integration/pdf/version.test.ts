import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { PDF_LIBRARY_VERSION } from '../../../shared/pdf/version.ts';
import { play } from '../../support/kinds/pdf-kind-play.ts';
import { type TextAt, textLines, writePdf } from '../../support/pdf/writer.ts';

/** What the sample becomes, by version: a digest that changes while the version does not serves old pages from journals. */
const DIGESTS: Readonly<Record<number, string>> = {
  1: 'a6cc57b6b95683a6',
  2: 'a6cc57b6b95683a6',
  3: 'a6cc57b6b95683a6',
  4: 'a6cc57b6b95683a6',
  5: 'a6cc57b6b95683a6',
};

const LETTERS = 'abcdefghij';

/** A running head, a chapter's title, two paragraphs, a list and code. */
function samplePage(page: number): readonly TextAt[] {
  const letter = LETTERS.charAt(page % LETTERS.length);
  return [
    { text: `The sample, page ${page}`, x: 72, y: 40, size: 8 },
    { text: `Chapter ${letter}`, x: 72, y: 90, size: 18, font: 'Helvetica-Bold' },
    ...textLines([`Plain words of ${letter} that go on to the con-`, 'tinued line, and end.'], {
      x: 72,
      y: 120,
    }),
    ...textLines(['Another paragraph.', `- first ${letter}`, '- second'], { x: 72, y: 170 }, 18),
    ...textLines([`const ${letter} = 1;`, '  return 2;'], { x: 90, y: 260, font: 'Courier' }),
  ];
}

test('the version was raised with what pages become', async () => {
  const sample = await writePdf(Array.from({ length: 25 }, (_, at) => ({ texts: samplePage(at + 1) })));

  const { outputs } = await play('pdf/a/sample.pdf', sample);

  const markdown = outputs.get('sample.md') ?? '';
  expect(markdown).toContain('Chapter a');
  const digest = createHash('sha256').update(markdown).digest('hex').slice(0, 16);
  expect(digest, `raise PDF_LIBRARY_VERSION, and note ${digest} here`).toBe(DIGESTS[PDF_LIBRARY_VERSION]);
});
