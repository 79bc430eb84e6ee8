import type { BadRow, Place } from './row.ts';

/** A file that a list names: where it is (or its name below the list's own place), and what it has to be. */
export interface FileEntry extends Place {
  readonly type: 'file';
  /** As the list has it: of a manifest the path, else what the list gives, if it does. */
  readonly name?: string;
  readonly url?: string;
  /** Lower-case hexadecimal. */
  readonly sha256?: string;
  readonly size?: number;
}

export type FileListEntry = FileEntry | BadRow;

export const isSha256 = (text: string): boolean => /^[0-9a-fA-F]{64}$/.test(text);
export const isSize = (text: string): boolean => /^\d{1,15}$/.test(text);
