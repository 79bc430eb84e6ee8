import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { zipOf } from '../../infra/sample/zip-folder.ts';
import { readEnv } from '../../shared/aws/env.ts';
import { getObject, listObjects } from '../../shared/aws/store.ts';
import type { ItemResult } from '../../shared/kind.ts';
import { pdf } from '../../shared/kinds/pdf/index.ts';
import { OPTIONS_METADATA } from '../../shared/run/message.ts';
import { findRun } from '../../shared/run/run.ts';
import { toRunId } from '../../shared/run/run-id.ts';
import { type TextAt, textLines, writePdf } from '../support/pdf/writer.ts';
import { waitFor } from '../support/process/wait-for.ts';
import { freePort, killHard, startKillableStack } from '../support/stack/killable-stack.ts';
import { startTestStack, synthTestStack, type TestStack } from '../support/stack/local-stack.ts';
import { readManifest, TOY_MODULE, waitForEnd } from '../support/stack/toy-run.ts';

const PAGES = 400;
/** Of the pages, when the whole stack is killed: some clusters are done, some are at work, some have not begun. */
const KILL_AT = 60;

let synthesised: TestStack;
let port: number;
/** The SDK keeps the endpoint that it saw first, so all stacks of this file are at one port and one client serves them. */
let s3: S3Client;
beforeAll(async () => {
  synthesised = await synthTestStack([TOY_MODULE]);
  port = await freePort();
});
afterAll(async () => await synthesised?.remove());

/** Uploads a source; returns the id of its run. */
async function upload(path: string, body: Uint8Array, options: Record<string, string> = {}): Promise<string> {
  s3 ??= new S3Client({ forcePathStyle: true });
  const target = { bucket: readEnv(['inbox']).inbox, key: `pdf/${path}` };
  const { VersionId: versionId } = await s3.send(
    new PutObjectCommand({
      Bucket: target.bucket,
      Key: target.key,
      Body: body,
      Metadata: { [OPTIONS_METADATA]: JSON.stringify(options) },
    }),
  );
  return toRunId(pdf as never, { ...target, versionId, size: body.length }, options);
}

async function textOf(key: string): Promise<string> {
  const body = await getObject(readEnv(['results']).results, key);
  return body ? Buffer.concat(await Array.fromAsync(body)).toString() : '';
}

/** Pages in the journal, and when each was written. */
async function journalled(): Promise<Map<string, number>> {
  const written = new Map<string, number>();
  for await (const { key, lastModified } of listObjects(readEnv(['results']).results, 'journal/pdf/')) {
    if (!key.endsWith('/document.json')) written.set(key, lastModified.getTime());
  }
  return written;
}

/** A page's number in letters: lines that differ in their digits only are running heads. */
const named = (page: number): string =>
  String(page).replace(/\d/g, (digit) => 'abcdefghij'.charAt(Number(digit)));

/** Each page ends in the middle of a sentence that the next one goes on with. */
function bookPage(page: number): readonly TextAt[] {
  const lines = Array.from(
    { length: 30 },
    (_, line) => `Line ${named(line)} of page ${named(page)} says it,`,
  );
  return textLines(lines, { x: 72, y: 72 });
}

async function zipped(files: Readonly<Record<string, Uint8Array | string>>): Promise<Buffer> {
  const members = Object.entries(files).map(([name, content]) => ({ name, content: Buffer.from(content) }));
  return Buffer.concat(await Array.fromAsync(zipOf(members)));
}

test('kill -9 amid the page clusters: no finished page is converted again, and the book is the same', async () => {
  const book = await writePdf(Array.from({ length: PAGES }, (_, at) => ({ texts: bookPage(at + 1) })));
  const stateDir = await mkdtemp(join(synthesised.folder, 'killed-'));
  const child = await startKillableStack(synthesised, stateDir, port);
  const id = await upload('killed/book.pdf', book);
  const before = await waitFor(`${KILL_AT} pages`, 60, async () => {
    const pages = await journalled();
    return pages.size >= KILL_AT ? pages : undefined;
  });
  await killHard(child);
  const stack = await startTestStack(synthesised, { stateDir, port });
  try {
    const interrupted = await findRun(id);
    await stack.lambda.invokeAsync('sweep', { restarted: true });

    const run = await waitForEnd(id, 120);
    const uninterrupted = await waitForEnd(await upload('whole/book.pdf', book, { journal: 'off' }), 120);

    expect(interrupted?.state).toBe('running');
    expect(before.size).toBeLessThan(PAGES);
    expect(run).toMatchObject({ state: 'completed', items: { total: 1, ok: 1 } });
    const after = await journalled();
    expect(after.size).toBe(PAGES);
    expect([...before].filter(([key, written]) => after.get(key) !== written)).toEqual([]);
    const markdown = await textOf('pdf/killed/book.md');
    expect(markdown).toBe(await textOf('pdf/whole/book.md'));
    const pages = Array.from(markdown.matchAll(/Line a of page ([a-j]+) /g), ([, page]) => page);
    expect(pages).toEqual(Array.from({ length: PAGES }, (_, at) => named(at + 1)));
    const [result] = await readManifest(run);
    expect(result).toMatchObject({ id: 'book.pdf', status: 'ok', detail: { pages: PAGES } });
    expect(result?.expanded?.items).toBe((await readManifest(uninterrupted))[0]?.expanded?.items);
  } finally {
    await stack.stop();
  }
}, 300_000);

test('a zip: each bad PDF fails alone', async () => {
  const archive = await zipped({
    'good.pdf': await writePdf([{ texts: bookPage(1) }]),
    'long.pdf': await writePdf(Array.from({ length: 45 }, (_, at) => ({ texts: bookPage(at + 1) }))),
    'password.pdf': await writePdf([{ texts: [] }], 'encrypt=aes-256,user-password=secret'),
    'cut-off.pdf': (await writePdf([{ texts: bookPage(1) }])).subarray(0, 100),
    'page.pdf': '<!doctype html><p>moved</p>',
    'readme.txt': 'x',
  });
  const stack = await startTestStack(synthesised, { port });
  try {
    const run = await waitForEnd(await upload('set/set.zip', archive), 120);

    const told = ({ failure, detail }: ItemResult) => failure?.code ?? detail?.status;
    const results = (await readManifest(run)).map((result) => [result.id, told(result)]);
    expect(Object.fromEntries(results)).toEqual({
      'good.pdf': 'converted',
      'long.pdf': 'converted',
      'password.pdf': 'PDF_PASSWORD',
      'cut-off.pdf': 'PDF_INVALID',
      'page.pdf': 'PDF_INVALID',
      'readme.txt': 'unsupported',
    });
    expect(await textOf('pdf/set/long.pdf.md')).toContain(`Line ${named(29)} of page ${named(45)} `);
  } finally {
    await stack.stop();
  }
}, 300_000);
