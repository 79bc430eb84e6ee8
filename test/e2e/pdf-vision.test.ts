import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { glob, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { zipOf } from '../../infra/sample/zip-folder.ts';
import { openPdf } from '../../shared/pdf/document.ts';
import { loadEngine } from '../../shared/pdf/engine.ts';
import { renderPage } from '../../shared/pdf/render-page.ts';
import {
  chat,
  later,
  type Reply,
  startChatServer,
  type VisionServer,
} from '../support/http/vision-server.ts';
import { withFile } from '../support/pdf/writer.ts';
import { waitFor } from '../support/process/wait-for.ts';
import { killHard } from '../support/stack/killable-stack.ts';

const MAIN = resolve(import.meta.dirname, '..', '..', 'infra', 'cli', 'main.ts');
const KEY = 'sk-test-0123456789abcdef';
const PAGES = 14;
/** Of the calls, when everything is killed. */
const KILL_AT = 5;
/** Two functions, with two pages at the model each. */
const AT_ONCE = 4;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smallbatch-pdf-vision-'));
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

/** Each page has a line of its own and a picture with a caption. */
async function illustrated(pages: number, seed: number): Promise<Uint8Array> {
  const { mupdf } = await loadEngine();
  const document = new mupdf.PDFDocument();
  const font = document.addSimpleFont(new mupdf.Font('Helvetica'), 'Latin');
  for (let page = 0; page < pages; page += 1) {
    const pixmap = new mupdf.Pixmap(mupdf.ColorSpace.DeviceRGB, [0, 0, 64, 64], false);
    pixmap.getPixels().forEach((_, at, pixels) => {
      pixels[at] = (at * at * (seed + page)) % 251;
    });
    const image = document.addImage(new mupdf.Image(pixmap));
    const resources = document.addObject({ XObject: { I: image }, Font: { F: font } });
    const text = (line: string, y: number) => `BT /F 10 Tf 1 0 0 1 72 ${y} Tm (${line}) Tj ET`;
    const contents = [
      'q 200 0 0 200 72 500 cm /I Do Q',
      text(`Figure ${page + 1}. Noise`, 485),
      text(`Page ${page + 1} of ${seed}.`, 300),
    ];
    document.insertPage(-1, document.addPage([0, 0, 600, 800], 0, resources, contents.join('\n')));
  }
  return document.saveToBuffer('').asUint8Array().slice();
}

/** What the model of the test says of each page: the digest of the picture that it was sent. */
async function answersFor(pdf: Uint8Array): Promise<string[]> {
  return await withFile(pdf, async (path) => {
    const document = await openPdf(path);
    const answers = Array.from({ length: document.pages }, (_, index) =>
      answerTo(Buffer.from(renderPage(document, index, { dpi: 150 }).png).toString('base64')),
    );
    document.close();
    return answers;
  });
}

const answerTo = (base64: string): string =>
  `Seen ${createHash('sha256').update(base64).digest('hex').slice(0, 12)}`;

const answerIn = (body: string): string => answerTo(/base64,([^"]+)"/.exec(body)?.[1] ?? '');

function run(server: VisionServer, source: string, name: string) {
  const options = [
    'vision=all',
    'figures=on',
    `visionEndpoint=${server.origin}/v1`,
    'visionModel=reader-1',
    'visionSecret=reader',
    'visionConcurrency=2',
  ].flatMap((option) => ['--option', option]);
  const secret = ['--secret', `reader=${join(folder, 'key')}`, '--allow-host', server.host];
  const places = ['--name', name, '--state', join(folder, 'state'), '--out', join(folder, 'out')];
  const args = [MAIN, 'run', source, '--kind', 'pdf', ...places, ...secret, ...options, '--verbose'];
  return spawn(process.execPath, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function runToEnd(server: VisionServer, source: string, name: string) {
  const child = run(server, source, name);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'close');
  return { code, output };
}

const readOut = (path: string): Promise<string> => readFile(join(folder, 'out', 'pdf', path), 'utf8');

/** The pictures that a published document refers to, if they are there. */
async function picturesOf(path: string): Promise<string[]> {
  const references = Array.from(
    (await readOut(path)).matchAll(/!\[[^\]]*\]\(([^)]+)\)/g),
    ([, ref = '']) => ref,
  );
  return references.filter((ref) => existsSync(join(folder, 'out', 'pdf', dirname(path), ref)));
}

test('pages read by a model, with pictures: killed and resumed, each finished page is asked for once, in order, without the key', async () => {
  const [long, short] = [await illustrated(PAGES, 3), await illustrated(2, 71)];
  const refused = (await answersFor(short))[1];
  const members = [
    { name: 'deep/long.pdf', content: Buffer.from(long) },
    { name: 'short.pdf', content: Buffer.from(short) },
  ];
  const source = join(folder, 'set.zip');
  await writeFile(source, Buffer.concat(await Array.fromAsync(zipOf(members))));
  await writeFile(join(folder, 'key'), KEY);
  const answered: string[] = [];
  const reply: Reply = async ({ index, body, key }) => {
    const answer = answerIn(body);
    if (answer === refused) return { status: 401, body: `no such key: ${key}` };
    if (index === 1) return { status: 429, headers: { 'retry-after': '1' }, body: `too fast, ${key}` };
    const done = await later(index % 2 === 0 ? 400 : 100, chat({ content: answer }));
    answered.push(answer);
    return done;
  };
  await using server = await startChatServer(reply);

  const killed = run(server, source, 'set');
  killed.stdout.resume();
  killed.stderr.resume();
  await waitFor(`${KILL_AT} answers`, 120, async () => answered.length >= KILL_AT || undefined);
  await killHard(killed);
  const resumed = await runToEnd(server, source, 'set');
  const callsBefore = answered.length;
  const again = await runToEnd(server, source, 'again');

  expect([resumed.code, again.code]).toEqual([0, 0]);
  const markdown = await readOut('set/deep/long.pdf.md');
  expect(markdown.match(/Seen \w+/g)).toEqual(await answersFor(long));
  expect(await picturesOf('set/deep/long.pdf.md')).toHaveLength(PAGES);
  expect(callsBefore).toBeLessThanOrEqual(PAGES + 1 + AT_ONCE);
  expect(answered.length).toBe(callsBefore);
  expect(await readOut('again/deep/long.pdf.md')).toBe(markdown);
  expect(await readOut('set/short.pdf.md')).toContain('Page 2 of 71.');
  expect(await readOut('set/short.pdf.pages.jsonl')).toMatch(
    /vision failed, layout used instead: UPSTREAM_REFUSED/,
  );
  for (const { output } of [resumed, again]) expect(output).not.toContain(KEY.slice(0, 12));
  const kept = (await Array.fromAsync(glob('{out,state}/**', { cwd: folder, withFileTypes: true })))
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  expect(kept.length).toBeGreaterThan(PAGES);
  for (const path of kept)
    expect((await readFile(path, 'latin1')).includes(KEY.slice(0, 12)), path).toBe(false);
}, 300_000);
