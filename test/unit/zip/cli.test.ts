import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { zipCommand } from '../../../shared/zip/cli/main.ts';
import { buildZip } from '../../support/zip/builder.ts';

let folder = '';
const path = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zip-cli-'));
  const bad = { name: '../up', data: 'x' };
  await writeFile(path('good.zip'), buildZip({ members: [{ name: 'a' }, { name: 'd/' }] }));
  await writeFile(path('partly.zip'), buildZip({ members: [{ name: 'a' }, bad, { name: 'b', flags: 1 }] }));
  await writeFile(path('bad.zip'), 'no zip at all, but longer than an end record');
  await writeFile(
    path('japanese.zip'),
    buildZip({ members: [{ name: Buffer.from('93fa967b8cea2f00', 'hex') }] }),
  );
});
afterAll(() => rm(folder, { recursive: true }));

class Sink extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [stdout, stderr] = [new Sink(), new Sink()];
  const code = await zipCommand.run(args, { stdout, stderr });
  return { code, out: stdout.text, err: stderr.text };
}

describe('zip --json', () => {
  it('prints one line an archive', async () => {
    const { out } = await run(path('good.zip'), path('partly.zip'), path('bad.zip'), '--json');

    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      {
        file: path('good.zip'),
        verdict: 'accept',
        code: null,
        message: null,
        members: 1,
        failedCount: 0,
        failed: [],
      },
      {
        file: path('partly.zip'),
        verdict: 'reject-entry',
        code: 'NAME_TRAVERSAL',
        message: expect.stringContaining('../up'),
        members: 3,
        failedCount: 2,
        failed: [
          { name: '../up', code: 'NAME_TRAVERSAL', message: expect.stringContaining('no ".." segment') },
          { name: 'b', code: 'ENCRYPTED', message: expect.stringContaining('flags 0x1') },
        ],
      },
      {
        file: path('bad.zip'),
        verdict: 'reject',
        code: 'END_RECORD_MISSING',
        message: expect.stringContaining('not a zip file'),
        members: 0,
        failedCount: 0,
        failed: [],
      },
    ]);
  });
});

describe('zip', () => {
  it('prints a line an archive and one a failed member', async () => {
    const { out } = await run(path('good.zip'), path('partly.zip'), path('bad.zip'));

    expect(out.split('\n')).toEqual([
      `${path('good.zip')}: accept: 1 members, 0 failed`,
      `${path('partly.zip')}: reject-entry: 3 members, 2 failed`,
      expect.stringMatching(/^ {2}NAME_TRAVERSAL: .*"\.\.\/up"/),
      expect.stringMatching(/^ {2}ENCRYPTED: .*"b"/),
      expect.stringMatching(/bad\.zip: reject: END_RECORD_MISSING: no end record/),
      '',
    ]);
  });

  it('reads names in the declared charset', async () => {
    const { out } = await run(path('japanese.zip'), '--charset', 'shift_jis');

    expect(out).toContain('member "日本語/\\u{0}"');
  });

  it.each<[string, string[], number]>([
    ['all accepted', ['good.zip'], 0],
    ['one member refused', ['good.zip', 'partly.zip'], 1],
    ['an archive refused', ['bad.zip', 'good.zip'], 1],
    ['a file that is not there, and goes on', ['nothing.zip', 'good.zip'], 2],
    ['a folder', ['.'], 2],
  ])('exits for %s', async (_title, files, code) => {
    const result = await run(...files.map(path));

    expect(result.code).toBe(code);
    expect(result.out.includes('good.zip: accept')).toBe(files.includes('good.zip'));
    expect(result.err !== '').toBe(code === 2);
  });

  it.each<[string[], string]>([
    [[], 'expected at least one file, found none'],
    [['--bogus', 'a.zip'], '--bogus'],
  ])('refuses %j', async (args, message) => {
    expect(await run(...args)).toEqual({ code: 2, out: '', err: expect.stringContaining(message) });
  });

  it('refuses an unknown charset', async () => {
    const { code, err } = await run(path('good.zip'), '--charset', 'klingon');

    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('klingon') });
  });

  it('prints its help', async () => {
    expect(await run('--help')).toEqual({ code: 0, out: expect.stringContaining('Exit codes'), err: '' });
  });
});
