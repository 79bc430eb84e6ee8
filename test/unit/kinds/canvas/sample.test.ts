import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { zipFolder } from '../../../../infra/sample/zip-folder.ts';
import { canvas } from '../../../../shared/kinds/canvas/index.ts';
import { type Played, play } from '../../../fixtures/canvas/play.ts';

const SAMPLE = join(import.meta.dirname, '../../../../infra/sample/course');

let folder: string;
let archive: Buffer;
let played: Played;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smallbatch-sample-'));
  await zipFolder(SAMPLE, join(folder, 'course.imscc'));
  archive = await readFile(join(folder, 'course.imscc'));
  played = await play(archive);
});
afterAll(() => rm(folder, { recursive: true }));

test('the sample is zipped to the same bytes every time', async () => {
  await zipFolder(SAMPLE, join(folder, 'again.imscc'));

  const again = await readFile(join(folder, 'again.imscc'));
  expect(hash(again)).toBe(hash(archive));
});

test('the kind takes it by its name and first bytes', () => {
  expect(canvas.accepts('course.imscc', archive.subarray(0, 512))).toBe(true);
  expect(canvas.accepts('course.zip', archive.subarray(0, 512))).toBe(false);
  expect(canvas.accepts('course.imscc', Buffer.from('<html>'))).toBe(false);
});

test('nothing in it fails', () => {
  const failed = Array.from(played.results.values()).filter(({ status }) => status === 'failed');

  expect(failed).toEqual([]);
});

test('what students see is converted to content, what they do not to unpublished', () => {
  expect([...played.outputs.keys()].sort()).toEqual([
    'content/assignment-1/scale-a-recipe.html.md',
    'content/course_settings/syllabus.html.md',
    'content/web_resources/Media/kneading.vtt.md',
    'content/web_resources/handbook.pdf.md',
    'content/web_resources/prices.pdf.md',
    'content/wiki_content/ratios.html.md',
    'content/wiki_content/welcome.html.md',
    'course.json',
    'files.jsonl',
    'files.schema.json',
    'modules.md',
    'unpublished/web_resources/Answers/answers.txt.md',
    'unpublished/wiki_content/not-yet.html.md',
  ]);
});

test.each([
  [
    'content/web_resources/handbook.pdf.md',
    'Hydration is the mass of the water divided by the mass of the flour.',
  ],
  ['content/wiki_content/welcome.html.md', 'Read [the handbook](../web_resources/handbook.pdf.md) first'],
  ['content/wiki_content/ratios.html.md', '| Flour | 100 % | 500 g |'],
  ['content/web_resources/Media/kneading.vtt.md', 'Ada: Fold the dough over itself,\n'],
  ['content/assignment-1/scale-a-recipe.html.md', 'flour = total / (1 + 0.68 + 0.02 + 0.004)\n```'],
])('%s', (path, expected) => {
  const text = played.outputs.get(path);

  expect(text).toContain(expected);
});

test('the archive is read little more than once', () => {
  // so small that its directory and headers are half of it
  expect(played.bytesRead).toBeLessThan(3 * archive.length);
});

function hash(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
