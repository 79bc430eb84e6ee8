import { readdir } from 'node:fs/promises';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LocalStack } from '../../infra/local/local-stack.ts';
import { kindNamed } from '../../shared/kinds/index.ts';
import { publishedPrefix } from '../../shared/run/keys.ts';
import { toRunId } from '../../shared/run/run-id.ts';
import { courseArchive } from '../fixtures/canvas/course.ts';
import { textLines, writePdf, writeScan } from '../support/pdf/writer.ts';
import { startTestStack, synthTestStack, type TestStack } from '../support/stack/local-stack.ts';
import { readManifest, waitForEnd } from '../support/stack/toy-run.ts';

/** Above the time that two functions take for three scanned pages, each with a third of a core. */
const RUN_SECONDS = 120;
const FUNCTION_MB = 512;
const TEXT = [
  'The survey covers eleven harbours on the northern coast,',
  'each visited twice between May and September. Every',
  'measurement was repeated at low and high tide, and the',
  'larger of the two values was kept.',
];
/** A page at once, and pages that are expanded into items of their own. */
const SCANS = { 'one.pdf': 1, 'two.pdf': 2 };

let synthesised: TestStack;
let stack: LocalStack;

beforeAll(async () => {
  synthesised = await synthTestStack([]);
  stack = await startTestStack(synthesised);
});
afterAll(async () => {
  await stack?.stop();
  await synthesised?.remove();
});

async function courseOfScans(): Promise<Buffer> {
  const page = await writePdf([{ texts: textLines(TEXT, { x: 72, y: 120, size: 14 }, 20) }]);
  const files: Record<string, Buffer> = {};
  for (const [name, copies] of Object.entries(SCANS))
    files[`web_resources/${name}`] = Buffer.from(await writeScan(page, 0, copies));
  return await courseArchive({ resources: Object.keys(files).map((href) => ({ href })), files });
}

test('scanned pages become text in the bundled functions, from files beside them, within their memory', async () => {
  const before = await readdir(synthesised.codeDir, { recursive: true });
  const body = await courseOfScans();
  const bucket = stack.template.output('InboxBucketName');
  const key = 'canvas/scans/course.imscc';
  const s3 = new S3Client({ forcePathStyle: true });

  const { VersionId } = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
  const ref = { bucket, key, versionId: VersionId, size: body.length };
  const run = await waitForEnd(toRunId(kindNamed('canvas'), ref, {}), RUN_SECONDS);

  expect(run.state).toBe('completed');
  const results = new Map((await readManifest(run)).map((result) => [result.id, result]));
  for (const [name, pages] of Object.entries(SCANS)) {
    const result = results.get(`web_resources/${name}`);
    expect(result).toMatchObject({ status: 'ok', detail: { status: 'converted', ocrPages: pages } });
    const markdown = await readResult(s3, `content/web_resources/${name}.md`);
    for (const line of TEXT) expect(markdown.split(line.slice(0, 40))).toHaveLength(pages + 1);
  }
  const peaks = stack.functions().map(({ peakRssMb }) => peakRssMb);
  console.log(`process peak RSS of the functions: ${peaks.join(', ')} MB (${stack.lambda.enforcement})`);
  expect(Math.max(...peaks)).toBeLessThan(FUNCTION_MB);
  expect(await readdir(synthesised.codeDir, { recursive: true })).toEqual(before);
});

async function readResult(s3: S3Client, path: string): Promise<string> {
  const { Body } = await s3.send(
    new GetObjectCommand({
      Bucket: stack.template.output('ResultsBucketName'),
      Key: `${publishedPrefix('canvas', 'scans')}${path}`,
    }),
  );
  return (await Body?.transformToString()) ?? '';
}
