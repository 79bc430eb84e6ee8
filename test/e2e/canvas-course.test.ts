import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { LocalStack } from '../../infra/local/local-stack.ts';
import { openRuns, type Run } from '../../shared/run/run.ts';
import { startNewest } from '../../shared/split/start-newest.ts';
import { type CourseSpec, courseArchive, manifestXml, page, pdfOf } from '../fixtures/canvas/course.ts';
import {
  putSource,
  readCourseResults,
  readFileLines,
  runIdOf,
  uploadCourse,
  uploadMetadata,
} from '../support/stack/canvas-run.ts';
import { startTestStack, synthTestStack, type TestStack } from '../support/stack/local-stack.ts';
import { readManifest, waitForEnd } from '../support/stack/toy-run.ts';

const PDFS = ['one', 'two', 'three'].map((name) => `web_resources/${name}.pdf`);
const NOTES = 'web_resources/notes.txt';
const WELCOME = 'wiki_content/welcome.html';
let synthesised: TestStack;
let stack: LocalStack;

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
beforeAll(async () => {
  synthesised = await synthTestStack([]);
  stack = await startTestStack(synthesised);
});
afterAll(async () => {
  await stack?.stop();
  await synthesised?.remove();
});

/** A course of three PDFs, notes and a page; `files` overrides their content. */
function course(files: CourseSpec['files'] = {}): CourseSpec {
  const pdfs = PDFS.map((path) => [path, pdfOf([`The text of ${path}`])]);
  const content = {
    ...Object.fromEntries(pdfs),
    [NOTES]: 'notes',
    [WELCOME]: page('Welcome', 'active', '<p>Hello</p>'),
  };
  return { resources: Object.keys(content).map((href) => ({ href })), files: { ...content, ...files } };
}

async function upload(name: string, spec: CourseSpec): Promise<Run> {
  return await uploadCourse(name, await courseArchive(spec));
}

/** The ids of what a run did not carry over. */
async function freshIds(run: Run): Promise<string[]> {
  const fresh = (await readManifest(run)).filter(({ status }) => status !== 'unchanged');
  return fresh.map(({ id }) => id).sort();
}

const markdownOf = (results: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(results).filter(([path]) => path.endsWith('.md')));

const processed = (): number =>
  stack.functions().find(({ name }) => name.startsWith('process-canvas'))?.invocations ?? 0;

test('a changed PDF is converted alone; an export that Canvas merely wrote again converts nothing', async () => {
  const first = await upload('changes', course());
  const before = await readCourseResults('changes');

  const changed = { [PDFS[1] ?? '']: pdfOf(['Another text']) };
  const second = await upload('changes', course(changed));
  const invocations = processed();
  const rewritten = {
    'imsmanifest.xml': `${manifestXml(course())}<!-- exported again -->`,
    'course_settings/module_meta.xml': '<modules xmlns="x"><!-- exported again --></modules>',
  };
  const third = await upload('changes', course({ ...changed, ...rewritten }));

  expect(first.items).toEqual({ total: 11, ok: 11, failed: 0, unchanged: 0 });
  expect(await freshIds(second)).toEqual(['/course', PDFS[1]]);
  expect(third.items).toEqual({ total: 11, ok: 0, failed: 0, unchanged: 11 });
  expect(processed()).toBe(invocations);
  const after = await readCourseResults('changes');
  expect(after[`content/${PDFS[1]}.md`]).toContain('Another text');
  const others = (results: Record<string, string>): object => ({
    ...markdownOf(results),
    [`content/${PDFS[1]}.md`]: '',
  });
  expect(others(after)).toEqual(others(before));
});

test('files.jsonl has a line for every member, with its status in this run; its schema lies beside it', async () => {
  await upload('lines', course({ 'web_resources/picture.png': 'x' }));
  const first = await readFileLines('lines');

  await upload('lines', course({ 'web_resources/picture.png': 'x', [NOTES]: 'changed' }));

  const second = await readFileLines('lines');
  expect(first.get(NOTES)).toMatchObject({ status: 'converted', output: `content/${NOTES}.md`, bytes: 5 });
  expect(second.get(NOTES)).toMatchObject({ status: 'converted', bytes: 7 });
  expect(second.get(PDFS[0] ?? '')).toMatchObject({ status: 'unchanged', pages: 1, published: true });
  expect(second.get('web_resources/picture.png')?.status).toBe('unsupported');
  expect(second.get('imsmanifest.xml')).toMatchObject({
    status: 'excluded',
    reason: 'settings of the course',
  });
  expect([...second.keys()].sort()).toEqual([...first.keys()].sort());
  const { properties } = JSON.parse((await readCourseResults('lines'))['files.schema.json'] ?? '');
  expect(Object.keys(properties)).toEqual(Object.keys(second.get(NOTES) ?? {}));
});

test('metadata.json hides a file that was there; one that can not be read changes nothing', async () => {
  const locked = JSON.stringify({ course_files: [{ file_path: 'course files/notes.txt', locked: true }] });
  const first = await upload('metadata', course());
  const before = await readCourseResults('metadata');

  const hiding = await uploadMetadata(first, locked);
  const hidden = await readCourseResults('metadata');
  const refused = await uploadMetadata(first, '<html>not found</html>');

  expect(Object.keys(before)).toContain(`content/${NOTES}.md`);
  expect(await freshIds(hiding)).toEqual(['/course', NOTES]);
  expect(Object.keys(hidden)).toContain(`unpublished/${NOTES}.md`);
  expect(Object.keys(hidden)).not.toContain(`content/${NOTES}.md`);
  expect(refused).toMatchObject({ state: 'failed', failure: { code: 'METADATA_INVALID' } });
  expect(await readCourseResults('metadata')).toEqual(hidden);
});

test('a file that fails keeps its Markdown, marked stale; what left the course waits for a run without failures', async () => {
  await upload('stale', course());
  const before = await readCourseResults('stale');
  const { [NOTES]: _, ...rest } = course({ [PDFS[0] ?? '']: '<html>not found</html>' }).files ?? {};

  const run = await upload('stale', { resources: Object.keys(rest).map((href) => ({ href })), files: rest });

  expect(run).toMatchObject({ state: 'completed_with_failures', items: { failed: 1 } });
  expect(markdownOf(await readCourseResults('stale'))).toEqual(markdownOf(before));
  const lines = await readFileLines('stale');
  expect(lines.get(PDFS[0] ?? '')).toMatchObject({
    status: 'failed',
    published: true,
    stale: true,
    output: `content/${PDFS[0]}.md`,
    error: { code: 'PDF_INVALID' },
  });
  expect(lines.get(PDFS[1] ?? '')).toMatchObject({ status: 'unchanged', stale: false });
  expect(lines.has(NOTES)).toBe(false);

  await upload('stale', {
    resources: Object.keys(rest).map((href) => ({ href })),
    files: { ...rest, ...onlyPdf() },
  });

  const mended = await readCourseResults('stale');
  expect(Object.keys(mended)).not.toContain(`content/${NOTES}.md`);
  expect(mended[`content/${PDFS[0]}.md`]).toContain('mended');
});

const onlyPdf = (): CourseSpec['files'] => ({ [PDFS[0] ?? '']: pdfOf(['mended']) });

test('a course whose files all fail keeps everything', async () => {
  const pdfs = (text: (path: string) => string | Buffer): CourseSpec => ({
    resources: PDFS.map((href) => ({ href })),
    files: Object.fromEntries(PDFS.map((path) => [path, text(path)])),
  });
  await upload(
    'all-fail',
    pdfs((path) => pdfOf([path])),
  );
  const before = await readCourseResults('all-fail');

  const run = await upload(
    'all-fail',
    pdfs(() => 'no PDF'),
  );

  expect(run).toMatchObject({ state: 'completed_with_failures', items: { failed: 3 } });
  expect(markdownOf(await readCourseResults('all-fail'))).toEqual(markdownOf(before));
  const lines = await readFileLines('all-fail');
  expect(PDFS.map((path) => lines.get(path)?.stale)).toEqual([true, true, true]);
});

test.each<[string, (archive: Buffer) => Buffer]>([
  ['cut off', (archive) => archive.subarray(0, archive.length / 2)],
  ['without its last bytes', (archive) => archive.subarray(0, -1)],
])('an archive that is %s fails with a clear error and changes nothing', async (how, cut) => {
  const name = how.replaceAll(' ', '-');
  await upload(name, course());
  const before = await readCourseResults(name);

  const run = await uploadCourse(name, cut(await courseArchive(course({ [NOTES]: 'changed' }))));

  expect(run).toMatchObject({ state: 'failed', failure: { code: 'ZIP_INVALID' } });
  expect(await readCourseResults(name)).toEqual(before);
});

test('a schedule takes the newest export of each course; an empty folder is an error and deletes nothing', async () => {
  stack.bus.hold();
  await putSource('term/biology/week-1.imscc', await courseArchive(course({ [NOTES]: 'old' })));
  const biology = await putSource(
    'term/biology/week-2.imscc',
    await courseArchive(course({ [NOTES]: 'new' })),
  );
  const chemistry = await putSource('term/chemistry/a.imscc', await courseArchive(course()));
  await stack.bus.release(() => []);
  const newest = { type: 'newest', bucket: biology.bucket, suffix: '.imscc' } as const;

  const started = await startNewest({ ...newest, prefix: 'canvas/term/' });
  for (const source of [biology, chemistry]) await waitForEnd(runIdOf(source));
  const before = await readCourseResults('term/biology');
  const nothing = startNewest({ ...newest, prefix: 'canvas/next-term/' });

  expect(started).toBe(2);
  expect(before[`content/${NOTES}.md`]).toBe('new\n');
  await expect(nothing).rejects.toMatchObject({ code: 'SOURCE_MISSING' });
  expect(await readCourseResults('term/biology')).toEqual(before);
  expect(await Array.fromAsync(openRuns())).toEqual([]);
});
