import { allReferences, LOCATIONS_FILE } from '../schema/reference.ts';

const KNOWN = new Set([...allReferences().map(({ file }) => file), LOCATIONS_FILE]);

/** Files that systems leave in folders, and directories' own settings. */
const JUNK = /(^|\/)(\._[^/]*|desktop\.ini|\.[^/]*)$/i;

export const isJunk = (name: string): boolean => JUNK.test(name);

export const fileOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** Is it one of the reference's files, whatever the case of its name? */
export const isKnown = (file: string): boolean => KNOWN.has(file.toLowerCase());

/**
 * The folders that are feeds: the root if it has a file of the reference, else every topmost folder that has one. `example/ignore/stops.txt`
 * below a feed belongs to none.
 */
export function findFeeds(paths: Iterable<string>): string[] {
  const folders = new Set<string>();
  for (const path of paths) if (isKnown(fileOf(path)) && !isJunk(path)) folders.add(folderOf(path));
  if (folders.has('')) return [''];
  const isBelow = (folder: string): boolean =>
    [...folders].some((other) => other !== folder && folder.startsWith(`${other}/`));
  return [...folders].filter((folder) => !isBelow(folder)).sort();
}
