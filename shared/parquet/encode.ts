import { ByteWriter } from 'hyparquet-writer';
import { deltaBinaryPack } from 'hyparquet-writer/src/delta.js';
import { writeRleBitPackedHybrid } from 'hyparquet-writer/src/encoding.js';
import { type NumberValues, type TextValues, textAt } from './column.ts';

/** Encoded values of one page, and how. */
export interface Encoded {
  readonly encoding: 'PLAIN' | 'DELTA_BINARY_PACKED' | 'RLE_DICTIONARY';
  readonly bytes: Uint8Array;
}

/** A dictionary of more than half as many texts as rows costs more than it saves. */
const DICTIONARY_SHARE = 0.5;
const LENGTH_BYTES = 4;

export function encodeNumbers(values: NumberValues): Encoded {
  const dense = withoutNulls(values.values, values);
  if (dense instanceof Float64Array)
    return { encoding: 'PLAIN', bytes: new Uint8Array(dense.buffer, dense.byteOffset, dense.byteLength) };
  const writer = new ByteWriter(dense.length + 64);
  deltaBinaryPack(writer, dense, 'INT32');
  return { encoding: 'DELTA_BINARY_PACKED', bytes: writer.getBytes() };
}

function withoutNulls<A extends Int32Array | Float64Array>(
  values: A,
  { nulls, nullCount, rows }: NumberValues,
): A {
  if (nullCount === 0) return values.subarray(0, rows) as A;
  const dense = values.slice(0, rows - nullCount) as A;
  let at = 0;
  for (let row = 0; row < rows; row++) if (nulls[row] !== 1) dense[at++] = values[row] as number;
  return dense;
}

/** With a dictionary page before it, where that pays. */
export function encodeTexts(values: TextValues): {
  readonly dictionary?: Uint8Array;
  readonly page: Encoded;
} {
  if (values.count === 0 || values.count > values.rows * DICTIONARY_SHARE)
    return { page: { encoding: 'PLAIN', bytes: plainTexts(values, rowIndexes(values)) } };
  const width = bitWidth(values.count - 1);
  const writer = new ByteWriter(values.rows / 2 + 64);
  writer.appendUint8(width);
  writeRleBitPackedHybrid(writer, rowIndexes(values), width);
  const all = Int32Array.from({ length: values.count }, (_, index) => index);
  return {
    dictionary: plainTexts(values, all),
    page: { encoding: 'RLE_DICTIONARY', bytes: writer.getBytes() },
  };
}

const bitWidth = (max: number): number => (max <= 0 ? 0 : 32 - Math.clz32(max));

function rowIndexes({ indexes, nullCount, rows }: TextValues): Int32Array {
  return nullCount === 0
    ? indexes.subarray(0, rows)
    : indexes.subarray(0, rows).filter((index) => index >= 0);
}

function plainTexts(values: TextValues, indexes: Int32Array): Uint8Array {
  let length = 0;
  for (const index of indexes) length += LENGTH_BYTES + lengthAt(values, index);
  const plain = Buffer.allocUnsafe(length);
  let at = 0;
  for (const index of indexes) {
    const text = textAt(values, index);
    at = plain.writeUInt32LE(text.length, at);
    plain.set(text, at);
    at += text.length;
  }
  return plain;
}

const lengthAt = ({ ends }: TextValues, index: number): number =>
  (ends[index] as number) - (index === 0 ? 0 : (ends[index - 1] as number));

/** One bit a row: is there a value? */
export function encodeLevels({
  nulls,
  nullCount,
  rows,
}: {
  nulls: Uint8Array;
  nullCount: number;
  rows: number;
}): Uint8Array {
  const writer = new ByteWriter(64);
  if (nullCount === 0 || nullCount === rows) {
    writer.appendVarInt(rows << 1);
    writer.appendUint8(nullCount === 0 ? 1 : 0);
    return writer.getBytes();
  }
  const levels = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) levels[row] = nulls[row] === 1 ? 0 : 1;
  writeRleBitPackedHybrid(writer, levels as never, 1);
  return writer.getBytes();
}
