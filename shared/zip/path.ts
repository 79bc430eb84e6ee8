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
  const fail = (code: ZipErrorCode, expected: string, found?: number) => {
    throw new ZipError(code, { member: showName(name), offset, expected, found });
  };
  const bytes = Buffer.byteLength(name);
  if (bytes > maxNameBytes) fail('NAME_TOO_LONG', `at most ${maxNameBytes} bytes`, bytes);
  if (toPath(name) === '') fail('NAME_EMPTY', 'a name');
  if (/\p{Cc}/u.test(name)) fail('NAME_CONTROL', 'printable characters');
  if (/^(?:[A-Za-z]:|[/\\])/.test(name)) fail('NAME_ABSOLUTE', 'a relative path');
  if (name.includes('..') && segments(name).includes('..')) fail('NAME_TRAVERSAL', 'no ".." segment');
}

function segments(name: string): string[] {
  return name.split(/[/\\]/);
}
