import { isAscii, isUtf8 } from 'node:buffer';
import type { RowBatch } from '../../../csv/row-batch.ts';
import { type TextValues, textAt } from '../../../parquet/column.ts';
import { TextBuilder } from '../../../parquet/text-builder.ts';
import type { BadCell } from './number-column.ts';

/** A text over this is null and told of with its length: no reader of a table wants it, and a page of them would not fit. */
export const TEXT_BYTES_MAX = 1024 * 1024;

const windows1252 = new TextDecoder('windows-1252');

/** Texts, each different one once. */
export class TextColumn {
  readonly #texts = new TextBuilder(4096);

  get textBytes(): number {
    return this.#texts.textBytes;
  }

  read({ bytes, rows, width, starts, ends }: RowBatch, column: number, bad: BadCell): void {
    const texts = this.#texts;
    for (let row = 0, at = column; row < rows; row++, at += width) {
      const start = starts[at] as number;
      const end = ends[at] as number;
      if (end - start > TEXT_BYTES_MAX) {
        texts.addNull();
        bad(row, 'csv_parsing_failed');
      } else if (start === end) texts.addNull();
      else texts.add(bytes, start, end);
    }
  }

  /**
   * The texts as UTF-8. One that is not is taken as Windows-1252, whatever the others are; `repaired` is told which rows had it, and
   * the bytes as they were.
   */
  toValues(repaired: (row: number, bytes: Uint8Array) => void): TextValues {
    const { values } = this.#texts;
    const used = values.bytes.subarray(0, this.#texts.textBytes);
    if (isAscii(used)) return values;
    const wrong = new Set<number>();
    for (let index = 0; index < values.count; index++) if (!isUtf8(textAt(values, index))) wrong.add(index);
    if (wrong.size === 0) return values;
    for (let row = 0; row < values.rows; row++) {
      const index = values.indexes[row] as number;
      if (wrong.has(index)) repaired(row, textAt(values, index));
    }
    return repair(values, wrong);
  }
}

function repair(values: TextValues, wrong: ReadonlySet<number>): TextValues {
  const texts: Uint8Array[] = [];
  const ends = new Uint32Array(values.count);
  let length = 0;
  for (let index = 0; index < values.count; index++) {
    const text = textAt(values, index);
    const right = wrong.has(index) ? Buffer.from(windows1252.decode(text)) : text;
    texts.push(right);
    length += right.length;
    ends[index] = length;
  }
  return { ...values, bytes: Buffer.concat(texts), ends };
}
