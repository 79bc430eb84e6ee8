import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { newFailure } from '../../../../shared/errors.ts';
import type { Item, ItemResult, Kind } from '../../../../shared/kind.ts';
import {
  fileLineJsonSchema,
  fileLineSchema,
  toFileLine,
} from '../../../../shared/kinds/canvas/finish/files-list.ts';
import { canvas } from '../../../../shared/kinds/canvas/index.ts';
import { bufferSource } from '../../../../shared/range-source.ts';
import { failed, toResult } from '../../../../shared/run/results.ts';
import { courseArchive, page } from '../../../fixtures/canvas/course.ts';
import { play, splitContext } from '../../../fixtures/canvas/play.ts';
import { notThere } from '../../../support/kinds/not-there.ts';

const output = { path: 'content/a.pdf.md', bytes: 5, contentType: 'text/markdown' };
const result = (fields: Partial<ItemResult>): ItemResult => ({
  id: 'a.pdf',
  identity: 'x',
  status: 'ok',
  outputs: [],
  ms: 1,
  ...fields,
});

test('finish writes a line for every file of a course and for nothing else, and the schema of the lines', async () => {
  const archive = await courseArchive({
    resources: [
      { href: 'wiki_content/a.html' },
      { href: 'web_resources/p.png' },
      { href: 'web_resources/lost|.pdf' },
    ],
    files: { 'wiki_content/a.html': page('A', 'active'), 'web_resources/p.png': 'x' },
  });
  const { results } = await play(archive);

  const put = await finish([...results.values()]);

  const lines = put['files.jsonl']?.trimEnd().split('\n') ?? [];
  const facts = lines
    .map((line) => fileLineSchema.parse(JSON.parse(line)))
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
  expect(JSON.parse(put['files.schema.json'] ?? '')).toEqual(
    JSON.parse(JSON.stringify(fileLineJsonSchema())),
  );
});

test('a file that was ended from outside has its line like any other', async () => {
  const archive = await courseArchive({
    resources: [{ id: 'f', href: 'web_resources/a.txt' }],
    modules: { 'Week 1': [{ ref: 'f', title: 'Notes' }] },
    files: { 'web_resources/a.txt': 'text' },
  });
  const item = (await itemsOf(archive)).find(({ id }) => id === 'web_resources/a.txt');
  if (item === undefined) throw new Error('expected an item for the file, found none');
  const outOfMemory = failed(newFailure('OUT_OF_MEMORY', 'm'));

  const line = toFileLine(toResult(canvas as unknown as Kind, item, outOfMemory, 0));

  expect(line).toMatchObject({
    published: true,
    title: 'Notes',
    module: 'Week 1',
    extension: 'txt',
    bytes: 4,
    crc32: '3b8ba7c7',
    status: 'failed',
    error: { code: 'OUT_OF_MEMORY', message: 'm' },
  });
});

async function finish(results: readonly ItemResult[]): Promise<Record<string, string>> {
  const put: Record<string, string> = {};
  const work = await canvas.work();
  await work.finish?.({
    options: canvas.options.parse({}),
    startedAt: new Date(),
    results: async function* () {
      yield* results;
    },
    read: (output) => notThere(output.path),
    warn: () => undefined,
    put: async (path, body) => {
      const parts =
        typeof body === 'string' ? [Buffer.from(body)] : body instanceof Uint8Array ? [body] : body;
      put[path] = Buffer.concat(await Array.fromAsync(parts)).toString();
    },
  });
  return put;
}

async function itemsOf(archive: Uint8Array): Promise<readonly Item[]> {
  const split = await canvas.split();
  const context = splitContext({ ...bufferSource(archive), key: 'canvas/course/export.imscc' });
  return (await Array.fromAsync(split(context))).map(({ item }) => item);
}

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
    { status: 'failed', failure: newFailure('OUT_OF_MEMORY', 'm') },
    { status: 'failed', stale: false, error: { code: 'OUT_OF_MEMORY', message: 'm' } },
  ],
  [
    'failed, with the Markdown of before',
    { status: 'failed', stale: true, outputs: [output], failure: newFailure('PDF_INVALID', 'm') },
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
  const file = new URL('../../../../shared/kinds/canvas/files.schema.json', import.meta.url);

  const written = JSON.parse(await readFile(file, 'utf8'));

  expect(written).toEqual(JSON.parse(JSON.stringify(fileLineJsonSchema())));
});
