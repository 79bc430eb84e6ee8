import { SmallbatchError } from '../errors.ts';

/** What the system says of a file or folder, and what to do about it. */
const SENTENCES: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free some space, and repeat the command: it goes on from here',
  EDQUOT: 'the disk quota is used up; free some space, and repeat the command: it goes on from here',
  EROFS: 'the file system is read-only; name another folder',
  EACCES: 'it may not be written to or read by this user; change its rights, or name another folder',
  EPERM: 'it may not be written to or read by this user; change its rights, or name another folder',
  EMFILE: 'too many files are open; raise the limit (ulimit -n 1024), and repeat the command',
  ENFILE: 'too many files are open on this machine; close some programs, and repeat the command',
  ENAMETOOLONG: 'the name is too long for the file system; name a folder with a shorter path',
  ENOTDIR: 'a file stands where a folder is needed; move it away, or name another folder',
  EISDIR: 'a folder stands where a file is needed; move it away, or name another folder',
  EEXIST: 'a file stands where a folder is needed; move it away, or name another folder',
  ELOOP: 'a symbolic link stands there, and is not followed; remove it, or name another folder',
  ENOENT: 'it is not there any more; repeat the command',
};

/** Databases have codes of their own, and the system's in words. */
const STORE_ERRORS = [
  { says: /No space left on device|database or disk is full/, code: 'ENOSPC' },
  { says: /Too many open files/, code: 'EMFILE' },
  { says: /Read-only file system|attempt to write a readonly database/, code: 'EROFS' },
] as const;

/** A system's error over a file as one sentence with the place; any other error as it is. `place` is for errors that name none. */
export function asFileError(error: unknown, place = 'a file'): unknown {
  if (error instanceof SmallbatchError || !(error instanceof Error) || !('code' in error)) return error;
  const code = STORE_ERRORS.find(({ says }) => says.test(error.message))?.code ?? String(error.code);
  const sentence = SENTENCES[code];
  if (sentence === undefined) return error;
  const path = 'path' in error && typeof error.path === 'string' ? error.path : place;
  return new SmallbatchError('FILE_FAILED', `${path}: ${sentence} (${code})`, { cause: error });
}

export async function atPlace<T>(place: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asFileError(error, place);
  }
}
