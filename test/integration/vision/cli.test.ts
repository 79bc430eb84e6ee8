import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { EXIT } from '../../../shared/command/exit.ts';
import { pdfCommand } from '../../../shared/pdf/cli/main.ts';
import { loadEngine } from '../../../shared/pdf/engine.ts';
import { chat, startChatServer } from '../../support/http/vision-server.ts';
import { withFile, writePdf, writeScan } from '../../support/pdf/writer.ts';

const KEY = 'sk-test-0123456789abcdef';

class Sink extends Writable {
  text = '';
  isTTY: boolean | undefined;
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

async function run(
  args: readonly string[],
  isTTY?: boolean,
): Promise<{ code: number; out: string; err: string }> {
  const out = new Sink();
  const err = Object.assign(new Sink(), { isTTY });
  const code = await pdfCommand.run(args, { stdout: out, stderr: err });
  return { code, out: out.text, err: err.text };
}

const twoPages = await writePdf(
  ['first', 'second'].map((word) => ({ texts: [{ text: `The ${word} page.`, x: 72, y: 100 }] })),
);

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('npm run pdf with a vision model', () => {
  it('takes the key from the environment, and tells tokens and cost but no key', async () => {
    vi.stubEnv('SMALLBATCH_VISION_KEY', KEY);
    await using server = await startChatServer(
      () => chat({ content: '# Seen' }),
      () => ({ status: 401, body: `no such key: ${KEY}` }),
    );
    const model = [
      '--vision-endpoint',
      `${server.origin}/v1`,
      '--vision-model',
      'reader-1',
      '--vision-prices',
      '2,10',
    ];

    const args = ['--json', '--vision', 'all', '--vision-concurrency', '1', ...model];
    const { code, out, err } = await withFile(twoPages, (path) => run([path, ...args]));

    expect(code).toBe(EXIT.done);
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { page: 1, status: 'vision', markdown: '# Seen', vision: { cost: 0.004 }, rssMb: expect.any(Number) },
      { page: 2, status: 'text', error: expect.stringContaining('vision failed, layout used instead') },
    ]);
    expect(err).toBe('vision: 1 pages read, 1 failed, 1000 tokens in, 200 out, cost 0.004\n');
    expect(server.calls[0]?.key).toBe(`Bearer ${KEY}`);
    expect(out + err).not.toContain(KEY.slice(0, 12));
  });

  it.each([
    [
      'a model without a name',
      ['--vision', 'all', '--vision-endpoint', 'https://models.example/v1'],
      /--vision-model/,
    ],
    [
      'an endpoint that is none',
      ['--vision', 'all', '--vision-endpoint', 'models', '--vision-model', 'm'],
      /--vision-endpoint/,
    ],
    ['an unknown mode', ['--vision', 'some'], /--vision: .*found "some"/],
    ['half of the prices', ['--vision-prices', '2'], /--vision-prices/],
    ['parameters that are no JSON', ['--vision-parameters', '{x'], /--vision-parameters: expected JSON/],
    ['a resolution that is none', ['--dpi', '12'], /--dpi/],
    ['an unknown style', ['--tables', 'latex'], /--tables/],
    ['front matter in JSON', ['--json', '--front-matter'], /expected --front-matter with Markdown/],
  ])('refuses %s', async (_name, args, message) => {
    const { code, err } = await withFile(twoPages, (path) => run([path, ...args]));

    expect(code).toBe(EXIT.usage);
    expect(err).toMatch(message);
  });
});

describe('npm run pdf', () => {
  it('begins with front matter', async () => {
    const { out } = await withFile(
      twoPages,
      (path) => run([path, '--front-matter', '--pages', '2']),
      "it's: a.pdf",
    );

    const [, yaml = '', body] = /^---\n([\s\S]*?)\n---\n\n([\s\S]*)$/.exec(out) ?? [];
    expect(parse(yaml)).toMatchObject({ source: "it's: a.pdf", pages: 2, pages_failed: 0 });
    expect(body).toBe('The second page.\n');
  });

  it('stores pictures beside the text and refers to them from it', async () => {
    const small = { width: 300, height: 400 };
    const bytes = await withPicture(await writeScan(twoPages), small);

    const found = await withFile(bytes, async (path) => {
      const folder = dirname(path);
      const out = join(folder, 'out.md');
      const { code } = await run([
        path,
        '--ocr',
        'off',
        '--out',
        out,
        '--figures',
        join(folder, 'my (figures)'),
      ]);
      const names = existsSync(join(folder, 'my (figures)')) ? readdirSync(join(folder, 'my (figures)')) : [];
      return { code, names, markdown: readFileSync(out, 'utf8') };
    });

    expect(found).toEqual({
      code: EXIT.done,
      names: ['p0001-1.png'],
      markdown: '![](my%20%28figures%29/p0001-1.png)\n',
    });
  });

  it('tells a person how far it is, and a program nothing', async () => {
    const [person, program] = await withFile(twoPages, async (path) => [
      await run([path], true),
      await run([path]),
    ]);

    expect(person?.err).toBe('\rpage 1 of 2\rpage 2 of 2\r2 text\n');
    expect(program?.err).toBe('');
  });

  it('ends with a code of its own if pages failed', async () => {
    const lines = Array.from({ length: 500 }, (_, y) => ({
      text: 'x'.repeat(900),
      x: 40,
      y: 40 + y,
      size: 1,
    }));
    const bytes = await writePdf([{ texts: [{ text: 'A good page.', x: 72, y: 100 }] }, { texts: lines }]);

    const { code, out } = await withFile(bytes, (path) => run([path]));

    expect(code).toBe(EXIT.partly);
    expect(out).toMatch(/^A good page\.\n\n<!-- page 2 could not be converted: .*glyphs -->\n$/);
  });

  it('names every option in its help', () => {
    for (const name of [
      '--pages',
      '--figures',
      '--front-matter',
      '--tables',
      '--dpi',
      '--vision-endpoint',
      'SMALLBATCH_VISION_KEY',
    ]) {
      expect(pdfCommand.help()).toContain(name);
    }
  });
});

/** The scan of the first page of `bytes`, smaller than its page. */
async function withPicture(
  bytes: Uint8Array,
  { width, height }: { width: number; height: number },
): Promise<Uint8Array> {
  const { mupdf } = await loadEngine();
  const document = mupdf.Document.openDocument(bytes, 'application/pdf').asPDF();
  if (!document) throw new Error('expected a PDF');
  const page = document.findPage(0);
  page.put('Contents', document.addStream(`${width} 0 0 ${height} 72 200 cm /I Do`, {}));
  const changed = document.saveToBuffer('').asUint8Array().slice();
  document.destroy();
  return changed;
}
