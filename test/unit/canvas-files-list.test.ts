import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { ItemResult } from '../../shared/kind.ts';
import {
  fileLineJsonSchema,
  fileLineSchema,
  fileLines,
  toFileLine,
} from '../../shared/kinds/canvas/files-list.ts';
import { courseArchive, page } from '../fixtures/canvas/course.ts';
import { play } from '../fixtures/canvas/play.ts';

const output = { path: 'content/a.pdf.md', bytes: 5, contentType: 'text/markdown' };
const result = (fields: Partial<ItemResult>): ItemResult => ({
  id: 'a.pdf',
  identity: 'x',
  status: 'ok',
  outputs: [],
  ms: 1,
  ...fields,
});

test('every file of a course has a line, and nothing else has', async () => {
  const archive = await courseArchive({
    resources: [
      { href: 'wiki_content/a.html' },
      { href: 'web_resources/p.png' },
      { href: 'web_resources/lost|.pdf' },
    ],
    files: { 'wiki_content/a.html': page('A', 'active'), 'web_resources/p.png': 'x' },
  });
  const { results } = await play(archive);

  const lines: unknown[] = [];
  for await (const line of fileLines(
    (async function* () {
      yield* results.values();
    })(),
  ))
    lines.push(JSON.parse(line));

  const facts = lines
    .map((line) => fileLineSchema.parse(line))
    .map(({ path, status }) => `${path} ${status}`);
  expect(facts).toEqual([
    'imsmanifest.xml excluded',
    'course_settings/course_settings.xml excluded',
    'course_settings/context.xml excluded',
    'course_settings/files_meta.xml excluded',
    'course_settings/module_meta.xml excluded',
    'wiki_content/a.html converted',
    'web_resources/p.png unsupported',
    'web_resources/lost|.pdf failed',
  ]);
});

test.each<[string, Partial<ItemResult>, object]>([
  [
    'converted',
    { outputs: [output], detail: { status: 'converted', pages: 3 } },
    { status: 'converted', output: output.path, pages: 3, stale: false, error: null },
  ],
  [
    'carried over',
    { status: 'unchanged', outputs: [output], detail: { status: 'converted' } },
    { status: 'unchanged', output: output.path },
  ],
  [
    'a picture carried over',
    { status: 'unchanged', detail: { status: 'unsupported' } },
    { status: 'unsupported', output: null },
  ],
  [
    'hidden, carried over',
    { status: 'unchanged', detail: { status: 'excluded', published: false } },
    { status: 'excluded', published: false },
  ],
  [
    'ended from outside',
    { status: 'failed', failure: { code: 'OUT_OF_MEMORY', message: 'm' } },
    { status: 'failed', published: false, error: { code: 'OUT_OF_MEMORY', message: 'm' } },
  ],
  [
    'failed, with the Markdown of before',
    { status: 'failed', outputs: [output], failure: { code: 'PDF_INVALID', message: 'm' } },
    { status: 'failed', output: output.path, stale: true },
  ],
  [
    'spelled otherwise in the archive',
    { detail: { status: 'excluded', listedAs: 'a|b.pdf' } },
    { path: 'a|b.pdf' },
  ],
])('%s', (_, fields, expected) => {
  const line = toFileLine(result(fields));

  expect(line).toMatchObject(expected);
});

test('the JSON Schema that lies beside the code is that of the code', async () => {
  const file = new URL('../../shared/kinds/canvas/files.schema.json', import.meta.url);

  const written = JSON.parse(await readFile(file, 'utf8'));

  expect(written).toEqual(JSON.parse(JSON.stringify(fileLineJsonSchema())));
});
