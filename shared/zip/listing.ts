import type { RangeSource } from '../range-source.ts';
import type { Directory } from './directory.ts';
import type { Tail } from './end-record.ts';
import type { Rules } from './judge.ts';

/** An archive whose records can be read: where they lie, and the rules that they are judged by. */
export interface Listing {
  readonly source: RangeSource;
  readonly directory: Directory;
  readonly blocks: AsyncIterable<Buffer>;
  readonly tail: Tail;
  readonly rules: Rules;
}
