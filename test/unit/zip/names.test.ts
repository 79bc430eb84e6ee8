import { describe, expect, it } from 'vitest';
import { openZip, type ZipEntry } from '../../../shared/zip/archive.ts';
import { ZipError, type ZipErrorCode } from '../../../shared/zip/errors.ts';
import { inspectZip } from '../../../shared/zip/inspect.ts';
import type { ZipLimits } from '../../../shared/zip/limits.ts';
import { strictSource } from '../../support/s3/strict-source.ts';
import { buildZip, type MemberSpec } from '../../support/zip/builder.ts';
import { unicodeExtra } from '../../support/zip/records.ts';

async function list(members: MemberSpec[], limits?: Partial<ZipLimits>): Promise<ZipEntry[]> {
  const archive = await openZip(strictSource(buildZip({ members })), limits);
  return Array.fromAsync(archive.entries());
}

const hex = (digits: string): Buffer => Buffer.from(digits, 'hex');
const bare = { flags: 0 };
const UTF8 = { flags: 0x800 };

/** A name with one character in it that nobody sees. */
function toInvisible(character: string): [string, MemberSpec, ZipErrorCode] {
  const code = character.codePointAt(0)?.toString(16);
  return [`with U+${code}`, { name: `a${character}b.pdf` }, 'NAME_INVISIBLE'];
}

describe('a name is refused', () => {
  it.each<[string, MemberSpec, ZipErrorCode]>([
    ['empty', { name: '' }, 'NAME_EMPTY'],
    ['a dot', { name: '.' }, 'NAME_EMPTY'],
    ['climbing', { name: '../evil' }, 'NAME_TRAVERSAL'],
    ['climbing from within', { name: 'a/b/../../../evil' }, 'NAME_TRAVERSAL'],
    ['climbing by backslash', { name: 'a\\..\\evil' }, 'NAME_TRAVERSAL'],
    ['climbing at the end', { name: 'a/..' }, 'NAME_TRAVERSAL'],
    ['absolute', { name: '/etc/passwd' }, 'NAME_ABSOLUTE'],
    ['absolute by backslash', { name: '\\evil' }, 'NAME_ABSOLUTE'],
    ['UNC', { name: '\\\\server\\share\\evil' }, 'NAME_ABSOLUTE'],
    ['a drive', { name: 'C:\\evil' }, 'NAME_ABSOLUTE'],
    ['relative to a drive', { name: 'c:evil' }, 'NAME_ABSOLUTE'],
    ['with a NUL', { name: 'a\0.txt' }, 'NAME_CONTROL'],
    ['with an escape', { name: '\x1b[31m.txt' }, 'NAME_CONTROL'],
    ['with DEL', { name: 'a\x7f' }, 'NAME_CONTROL'],
    ['with a C1 control', { name: 'a\u0085' }, 'NAME_CONTROL'],
    ['that is read backwards', { name: 'photo\u202egpj.exe' }, 'NAME_INVISIBLE'],
    ...[...'\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u2066\u2067\u2068\u2069'].map(toInvisible),
    ...[...'\u200b\u200c\u200d\u2060\u2063\ufeff\u180e\u{e0001}\u{e0041}\u{e007f}'].map(toInvisible),
    ['invisible in its Unicode field', { name: 'x', extra: unicodeExtra('x\u202e', 'x') }, 'NAME_INVISIBLE'],
    ['of 1,025 bytes', { name: 'a'.repeat(1_025) }, 'NAME_TOO_LONG'],
    ['of 1,025 bytes as UTF-8', { name: `${'é'.repeat(512)}a` }, 'NAME_TOO_LONG'],
    ['of 65,535 bytes', { name: 'a'.repeat(65_535) }, 'NAME_TOO_LONG'],
    ['not UTF-8 though the flag says so', { name: hex('ff2e706466'), ...UTF8 }, 'NAME_ENCODING'],
    ['an overlong UTF-8 slash', { name: hex('2e2ec0af61'), ...UTF8 }, 'NAME_ENCODING'],
    ['a surrogate in UTF-8', { name: hex('eda08061'), ...UTF8 }, 'NAME_ENCODING'],
    ['hostile in its Unicode field', { name: 'x', extra: unicodeExtra('../evil', 'x') }, 'NAME_TRAVERSAL'],
    ['hostile under its Unicode field', { name: '../x', extra: unicodeExtra('x', '../x') }, 'NAME_TRAVERSAL'],
  ])('%s', async (_title, member, code) => {
    const entries = await list([{ name: 'ok' }, member, { name: 'also ok' }]);

    expect(entries.map(({ type }) => type)).toEqual(['member', 'rejected', 'member']);
    expect(entries[1]).toMatchObject({ error: { code, scope: 'member', offset: expect.any(Number) } });
  });

  it('and printed without what would harm a terminal', async () => {
    const [entry] = await list([{ name: `\x1b]0;\u202e${'x'.repeat(500)}` }]);

    expect(entry).toMatchObject({
      name: `\\u{1b}]0;\\u{202e}${'x'.repeat(115)}…`,
      error: { message: expect.not.stringContaining('\x1b') },
    });
  });
});

describe('a name is read', () => {
  it.each<[string, MemberSpec, string, Partial<ZipLimits>?]>([
    ['as it is', { name: 'a/b c/d.txt' }, 'a/b c/d.txt'],
    ['of 1,024 bytes', { name: 'a'.repeat(1_024) }, 'a'.repeat(1_024)],
    ['with the UTF-8 flag', { name: '日本語.pdf' }, '日本語.pdf'],
    ['as UTF-8 without the flag', { name: Buffer.from('日本語.pdf'), ...bare }, '日本語.pdf'],
    ['as CP437', { name: hex('91e1ff2e747874') }, 'æß\u00a0.txt'],
    [
      'in a declared charset',
      { name: hex('93fa967b8cea2e706466') },
      '日本語.pdf',
      { nameCharset: 'shift_jis' },
    ],
    ['as UTF-8 against a declared charset', { name: 'привет' }, 'привет', { nameCharset: 'koi8-r' }],
    ['with a Unicode field', { name: 'x', extra: unicodeExtra('ü', 'x') }, 'ü'],
    ['with the UTF-8 flag before a Unicode field', { name: 'é', extra: unicodeExtra('ü', 'é') }, 'é'],
    ['with a Unicode field for another name', { name: 'x', extra: unicodeExtra('ü', 'y') }, 'x'],
    ['with backslashes', { name: 'a\\b\\c' }, 'a/b/c'],
    ['with dot segments', { name: './a/./b' }, 'a/b'],
    ['with doubled slashes', { name: 'a//b' }, 'a/b'],
    ['that would poison an object', { name: '__proto__' }, '__proto__'],
    ['with dots that do not climb', { name: '..a/b../...' }, '..a/b../...'],
    ['that Windows would not take', { name: 'aux. ' }, 'aux. '],
    ['with a colon further on', { name: 'ab: c' }, 'ab: c'],
    ['with a joiner within an emoji', { name: '👩\u200d🏫👩🏽\u200d🎓.pdf' }, '👩\u200d🏫👩🏽\u200d🎓.pdf'],
    ['with joiners between letters', { name: 'می\u200cخواهم क्\u200dष' }, 'می\u200cخواهم क्\u200dष'],
  ])('%s', async (_title, member, name, limits) => {
    const bytes = buildZip({ members: [{ data: 'content', ...member }] });
    const archive = await openZip(strictSource(bytes), limits);

    const inspection = await inspectZip(strictSource(bytes), limits);

    expect(await Array.fromAsync(archive.entries())).toMatchObject([{ type: 'member', member: { name } }]);
    expect(inspection.failed).toEqual([]);
  });

  it('not in a charset that does not exist', async () => {
    const source = strictSource(buildZip({ members: [] }));

    await expect(openZip(source, { nameCharset: 'klingon' })).rejects.toThrow(RangeError);
  });
});

describe('left out, and not counted', () => {
  it.each<[string, MemberSpec]>([
    ['a directory', { name: 'a/' }],
    ['a directory by backslash', { name: 'a\\' }],
    ['a deflated directory', { name: 'a/', method: 8 }],
    ['a directory by Unix mode', { name: 'a', externalAttributes: 0o040755 * 0x10000 }],
    ['a directory by DOS attribute', { name: 'a', externalAttributes: 0x10 }],
    ['a climbing directory', { name: '../' }],
    ['__MACOSX', { name: '__MACOSX/._a.txt', data: 'x' }],
    ['a deep __MACOSX', { name: 'feed/__MACOSX/a', data: 'x' }],
    ['.DS_Store', { name: 'a/.DS_Store', data: 'x' }],
    ['Thumbs.db', { name: 'a\\Thumbs.db', data: 'x', flags: 1 }],
  ])('%s', async (_title, member) => {
    const archive = await openZip(strictSource(buildZip({ members: [{ name: 'ok' }, member] })));

    expect(archive.memberCount).toBe(1);
    expect(await Array.fromAsync(archive.entries())).toMatchObject([{ member: { name: 'ok' } }]);
  });

  it.each(['a.DS_Store', 'Thumbs.db.txt', '__MACOSX', 'x__MACOSX/a'])('but not %s', async (name) => {
    expect(await list([{ name }])).toMatchObject([{ type: 'member', member: { name } }]);
  });
});

describe('equal names', () => {
  it('fail the later members, and the first is read', async () => {
    const entries = await list(['a', 'b', 'a', 'c', 'a'].map((name) => ({ name })));

    expect(entries.map((entry) => (entry.type === 'member' ? entry.member.name : entry.error.code))).toEqual([
      'a',
      'b',
      'NAME_DUPLICATE',
      'c',
      'NAME_DUPLICATE',
    ]);
  });

  it('count where the first is itself refused', async () => {
    const entries = await list([{ name: 'a', flags: 1 }, { name: 'a' }]);

    expect(entries).toMatchObject([{ error: { code: 'ENCRYPTED' } }, { error: { code: 'NAME_DUPLICATE' } }]);
  });

  it.each([
    ['a/b', 'a/./b'],
    ['a/b', 'a\\b'],
    ['a/b', 'a//b'],
  ])('spelt in two ways (%s, %s) refuse the archive', async (first, second) => {
    const opening = list([{ name: first }, { name: 'between' }, { name: second }]);

    await expect(opening).rejects.toThrow(ZipError);
    await expect(opening).rejects.toMatchObject({ code: 'NAME_COLLISION', scope: 'archive' });
  });

  it.each([
    ['A.pdf', 'a.PDF'],
    ['é', 'e\u0301'],
    ['a', 'a/b'],
  ])('are not %s and %s', async (first, second) => {
    expect(await list([{ name: first }, { name: second }])).toMatchObject([
      { type: 'member' },
      { type: 'member' },
    ]);
  });
});

describe('a directory that its members contradict is refused', () => {
  it.each<[string, MemberSpec, object]>([
    ['a hostile name', { name: 'a', central: { name: '/a' } }, { expected: 'the same name', found: 'a' }],
    ['an unread method', { name: 'a', central: { method: 12 } }, { expected: 'method 12', found: 0 }],
    [
      'a size that hides a bomb',
      { name: 'a', data: Buffer.alloc(600_000), method: 8, central: { bytes: 1_000 } },
      { expected: '1000 bytes', found: 600_000 },
    ],
  ])('%s', async (_title, member, details) => {
    await expect(list([member])).rejects.toMatchObject({
      code: 'DIRECTORY_CONTRADICTED',
      offset: 0,
      ...details,
    });
  });
});
