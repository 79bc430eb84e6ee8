import { RowBatch } from '../../../csv/row-batch.ts';
import { RowScanner } from '../../../csv/row-scanner.ts';
import { PART_ROWS, PART_TEXT_BYTES } from '../limits.ts';
import { type PartOf, TablePart } from './table-part.ts';

export interface TableRows {
  readonly of: PartOf;
  /** The number of the first record in `chunks`, and the header's, which is no row. */
  readonly number: number;
  readonly headerNumber: number;
  /** Whole records, but for what a broken member breaks off. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/**
 * A table's rows, part by part. Where the chunks end with an error, the rows before it come first.
 * @throws whatever `chunks` throws
 */
export async function* readParts({ of, number, headerNumber, chunks }: TableRows): AsyncGenerator<TablePart> {
  let part = new TablePart(of);
  const batch = new RowBatch(of.header.length);
  const scanner = new RowScanner(batch, number, {
    odd: (record) => part.odd(record),
    unclosed: (record) => part.unclosed(record),
  });
  const isFull = (): boolean => part.rows >= PART_ROWS || part.textBytes >= PART_TEXT_BYTES;
  function* drain(): Generator<TablePart> {
    for (let isMore = true; isMore; ) {
      isMore = scanner.scan();
      leaveOutHeader(batch, headerNumber);
      part.add(batch);
      if (!isFull()) continue;
      yield part;
      part = new TablePart(of);
    }
  }
  let broken: unknown;
  try {
    for await (const chunk of chunks) {
      scanner.push(chunk);
      yield* drain();
    }
    scanner.end();
    yield* drain();
  } catch (error) {
    broken = error;
  }
  yield part;
  if (broken !== undefined) throw broken;
}

function leaveOutHeader(batch: RowBatch, headerNumber: number): void {
  if (batch.rows === 0 || batch.numbers[0] !== headerNumber) return;
  batch.starts.copyWithin(0, batch.width, batch.rows * batch.width);
  batch.ends.copyWithin(0, batch.width, batch.rows * batch.width);
  batch.numbers.copyWithin(0, 1, batch.rows);
  batch.cells.copyWithin(0, 1, batch.rows);
  batch.isOver.copyWithin(0, 1, batch.rows);
  batch.rows -= 1;
  for (let index = batch.marks.length - 1; index >= 0; index--) {
    const mark = batch.marks[index];
    if (mark === undefined) continue;
    if (mark.row === 0) batch.marks.splice(index, 1);
    else batch.marks[index] = { ...mark, row: mark.row - 1 };
  }
}
