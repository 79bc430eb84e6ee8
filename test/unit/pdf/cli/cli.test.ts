import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../../../shared/command/exit.ts';
import { parsePages, pdfCommand } from '../../../../shared/pdf/cli/main.ts';
import { toJsonLines } from '../../../../shared/pdf/cli/output.ts';
import { withFile, writePdf } from '../../../support/pdf/writer.ts';

class Sink extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const out = new Sink();
  const err = new Sink();
  const code = await pdfCommand.run(args, { stdout: out, stderr: err });
  return { code, out: out.text, err: err.text };
}

const threePages = await writePdf(
  ['first', 'second', 'third'].map((word) => ({ texts: [{ text: `The ${word} page.`, x: 72, y: 100 }] })),
);

/** JSON may hold them as they are; Python's splitlines and others split at them. */
const LINE_ENDS = 'one\u2028two\u2029three\u0085four';

async function* toAsync<T>(values: Iterable<T>): AsyncGenerator<T> {
  yield* values;
}

describe('npm run pdf', () => {
  it('writes the pages asked for', async () => {
    const { code, out } = await withFile(threePages, (path) => run(path, '--pages', '2-3'));

    expect(code).toBe(EXIT.done);
    expect(out).toContain('The second page.');
    expect(out).not.toContain('The first page.');
  });

  it.each([
    ['the password', 'secret\n', EXIT.done, 'The only page.', ''],
    ["the owner's", 'owner', EXIT.done, 'The only page.', ''],
    ['another password', 'guess\n', EXIT.failed, '', 'PDF_PASSWORD: a.pdf needs another password'],
    ['an empty file', '', EXIT.failed, '', 'PDF_PASSWORD: a.pdf needs another password'],
  ])('opens a locked PDF by a file with %s', async (_name, password, expected, text, complaint) => {
    const page = { texts: [{ text: 'The only page.', x: 72, y: 100 }] };
    const locked = await writePdf([page], 'encrypt=aes-256,user-password=secret,owner-password=owner');

    const { code, out, err } = await withFile(locked, (pdf) =>
      withFile(password, (file) => run(pdf, '--password-file', file), 'password.txt'),
    );

    expect([code, out.trim()]).toEqual([expected, text]);
    expect(err).toContain(complaint);
    expect(err).not.toContain('guess');
  });

  it('writes one JSON line a page', async () => {
    const { out } = await withFile(threePages, (path) => run(path, '--json'));

    const lines = out.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { page: 1, status: 'text', markdown: 'The first page.', rssMb: expect.any(Number) },
      { page: 2 },
      { page: 3 },
    ]);
  });

  it('writes lines of JSON that hold no other line end', async () => {
    const lines = toJsonLines(
      toAsync([{ page: 1, status: 'text', method: 'layout', confidence: 1, ms: 1, markdown: LINE_ENDS }]),
    );

    const [line = ''] = await Array.fromAsync(lines);

    expect(JSON.parse(line).markdown).toBe(LINE_ENDS);
    expect(line.trimEnd()).not.toMatch(/[\u0085\u2028\u2029]/);
  });

  it('marks pages whose content is cut off, in its record and its exit code', async () => {
    const texts = [{ text: 'The harbour was visited twice.', x: 72, y: 100 }];
    const whole = await writePdf(Array.from({ length: 8 }, () => ({ texts })));
    const cut = whole.subarray(0, Buffer.from(whole).indexOf('\n15 0 obj'));

    const { code, out } = await withFile(cut, (path) => run(path, '--json'));

    const last = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '');
    expect(last).toMatchObject({ page: 8, status: 'failed', error: expect.stringContaining('cut off') });
    expect(code).toBe(EXIT.partly);
  });

  it('marks the pages of a form that only its own viewer can show', async () => {
    const pdf = await writePdf([{ texts: [{ text: 'Please wait...', x: 72, y: 100 }] }]);
    const form = Buffer.from(pdf)
      .toString('latin1')
      .replace('/Type/Catalog', '/Type/Catalog/NeedsRendering true');

    const { out } = await withFile(Buffer.from(form, 'latin1'), (path) => run(path, '--json'));

    expect(JSON.parse(out)).toMatchObject({
      status: 'text',
      confidence: 0.1,
      error: expect.stringContaining('dynamic form'),
      markdown: expect.stringMatching(/^<!-- page 1: .*XFA.* -->\n\nPlease wait/),
    });
  });

  it('writes to a file', async () => {
    const written = await withFile(threePages, async (path) => {
      const target = join(dirname(path), 'a.md');
      await run(path, '--out', target);
      return readFileSync(target, 'utf8');
    });

    expect(written).toContain('The third page.\n');
  });

  it('prints its help', async () => {
    expect(await run('--help')).toMatchObject({
      code: EXIT.done,
      out: expect.stringContaining('--pages LIST'),
    });
  });

  it.each([
    ['no file', []],
    ['an unknown option', ['a.pdf', '--nonsense']],
  ])('says what is wrong with %s', async (_name, args) => {
    expect(await run(...args)).toMatchObject({
      code: EXIT.usage,
      err: expect.stringContaining('--help prints the options'),
    });
  });

  it('says why a document cannot be read', async () => {
    const { code, err } = await withFile('no pdf', (path) => run(path));

    expect({ code, err }).toMatchObject({
      code: EXIT.failed,
      err: expect.stringMatching(/^npm run pdf --: PDF_INVALID: a\.pdf/),
    });
  });
});

describe('parsePages', () => {
  it.each([
    ['3-5', [3, 4, 5]],
    ['1,4,2', [1, 4, 2]],
    [' 7 - 8 ', [7, 8]],
  ])('reads %s', (list, expected) => {
    expect(parsePages(list, 9)).toEqual(expected);
  });

  it.each(['0-2', '5-4', '9-12', 'x', ''])('refuses "%s"', (list) => {
    expect(() => parsePages(list, 9)).toThrow(/expected pages from 1 to 9/);
  });
});
