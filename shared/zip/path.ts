import { ZipError, type ZipErrorCode } from './errors.ts';
import { showName } from './name.ts';

/** The name with one spelling: `/` between segments, no empty and no `.` segment. */
export function toPath(name: string): string {
  if (!/\\|\/\/|(?:^|\/)\.?(?:\/|$)/.test(name)) return name;
  return segments(name)
    .filter((segment) => segment !== '' && segment !== '.')
    .join('/');
}

/** Ends in a slash, of either kind: a directory. */
export function isDirectoryName(name: string): boolean {
  return name.endsWith('/') || name.endsWith('\\');
}

/** What systems add to an archive and nobody means to process. */
export function isJunk(path: string): boolean {
  return /(?:^|\/)(?:__MACOSX\/.*|\.DS_Store|Thumbs\.db)$/.test(path);
}

/**
 * Throws ZipError unless the name can be a key and a relative path on any system. To be called with the name as
 * written: what normalising would hide (a leading slash) must be seen. `offset` is that of its header.
 */
export function checkName(name: string, offset: number, maxNameBytes: number): void {
  const fail = (code: ZipErrorCode, expected: string, found?: number | string) => {
    throw new ZipError(code, { member: showName(name), offset, expected, found });
  };
  const bytes = Buffer.byteLength(name);
  if (bytes > maxNameBytes) fail('NAME_TOO_LONG', `at most ${maxNameBytes} bytes`, bytes);
  if (toPath(name) === '') fail('NAME_EMPTY', 'a name');
  if (/\p{Cc}/u.test(name)) fail('NAME_CONTROL', 'printable characters');
  const invisible = findInvisible(name);
  if (invisible !== undefined) fail('NAME_INVISIBLE', 'characters that are seen', invisible);
  if (/^(?:[A-Za-z]:|[/\\])/.test(name)) fail('NAME_ABSOLUTE', 'a relative path');
  if (name.includes('..') && segments(name).includes('..')) fail('NAME_TRAVERSAL', 'no ".." segment');
}

/**
 * The bidirectional controls of Unicode TR 9 (`photo<RLO>gpj.exe` is shown as `photoexe.jpg`), the characters of no width, and the tag
 * characters, which can carry a hidden text.
 */
const INVISIBLE =
  /[\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/u;
/** Joiners where a writing needs them: within an emoji, and between letters of scripts that join theirs (Unicode UAX 31). */
const JOINED_EMOJI =
  /(?<=\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f)\u200d(?=\p{Extended_Pictographic})/gu;
const JOINING_SCRIPTS = 'Arab Beng Deva Gujr Guru Knda Mlym Orya Sinh Syrc Taml Telu'.split(' ');
const JOINING = JOINING_SCRIPTS.map((script) => `\\p{scx=${script}}`).join('');
const JOINED_LETTERS = new RegExp(`(?<=[${JOINING}])[\\u200c\\u200d](?=\\p{L})`, 'gu');

/** As `U+202E`; undefined when all of the name is seen. */
function findInvisible(name: string): string | undefined {
  if (!INVISIBLE.test(name)) return undefined;
  const [found] = INVISIBLE.exec(name.replace(JOINED_EMOJI, '').replace(JOINED_LETTERS, '')) ?? [];
  return found && `U+${(found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

function segments(name: string): string[] {
  return name.split(/[/\\]/);
}
