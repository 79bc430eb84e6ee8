import { ZipError } from './errors.ts';
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
 * written: what normalising would hide (a leading slash) must be seen.
 */
export function checkName(name: string, maxNameBytes: number): void {
  const member = showName(name);
  if (name === '' || toPath(name) === '') throw new ZipError('NAME_EMPTY', { member });
  const bytes = Buffer.byteLength(name);
  if (bytes > maxNameBytes)
    throw new ZipError('NAME_TOO_LONG', { member, expected: `at most ${maxNameBytes} bytes`, found: bytes });
  if (/\p{Cc}/u.test(name)) throw new ZipError('NAME_CONTROL', { member });
  if (/^(?:[A-Za-z]:|[/\\])/.test(name)) throw new ZipError('NAME_ABSOLUTE', { member });
  if (segments(name).includes('..')) throw new ZipError('NAME_TRAVERSAL', { member });
}

function segments(name: string): string[] {
  return name.split(/[/\\]/);
}
