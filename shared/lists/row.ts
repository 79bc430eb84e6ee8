import { SmallbatchError } from '../errors.ts';

/**
 * What an invocation takes is 6 MiB, with what stands around the items in it. A longer row is passed over without being held.
 */
export const ROW_BYTES_MAX = 6 * 1024 * 1024 - 64 * 1024;

/** Where something stands in a list: lines from 1 (where the format has lines), bytes from 0. */
export interface Place {
  readonly line?: number;
  readonly byte: number;
}

/** One row of a list as the JSON that it is, or is written as: for JSON its own bytes, which nobody parses and writes again. */
export interface Row extends Place {
  readonly type: 'row';
  readonly json: Buffer;
  /** These very bytes lie in the source, from `byte` on; false where they were made of it (CSV), or it is compressed. */
  readonly isPlain?: boolean;
}

/** A row that can't be read; the rows after it can. */
export interface BadRow extends Place {
  readonly type: 'bad';
  readonly code: 'LIST_LINE_INVALID' | 'ITEM_TOO_LARGE';
  readonly message: string;
  /** Of one that is only too large. */
  readonly bytes?: number;
  readonly isPlain?: boolean;
}

export type Entry = Row | BadRow;

export function toBad(place: Place, message: string): BadRow {
  const { line, byte } = place;
  return { type: 'bad', code: 'LIST_LINE_INVALID', message: `${toText(place)}: ${message}`, line, byte };
}

export function toTooLarge({ line, byte }: Place, bytes: number, max = ROW_BYTES_MAX): BadRow {
  const message = `${toText({ line, byte })}: expected a row of at most ${max} bytes, found ${bytes}`;
  return { type: 'bad', code: 'ITEM_TOO_LARGE', message, line, byte, bytes };
}

/** `line 3, byte 16` */
export const toText = ({ line, byte }: Place): string =>
  line === undefined ? `byte ${byte}` : `line ${line}, byte ${byte}`;

/** The list as a whole can't be read. */
export function listInvalid(place: Place, message: string, options?: ErrorOptions): SmallbatchError {
  return new SmallbatchError('LIST_INVALID', `${toText(place)}: ${message}`, options);
}
