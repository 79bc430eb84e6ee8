import { zstdDecompressSync } from 'node:zlib';
import type { ColumnSpec } from '../../../parquet/column.ts';
import { compress } from '../../../parquet/compress.ts';
import type { Notice } from '../notices/notices.ts';

/** Facts of a table's rows that checks across parts and tables need: kept beside the data, one object a part, one a table. */
export interface State {
  readonly info: StateInfo;
  readonly arrays: ReadonlyMap<string, StateArray>;
}

interface StateInfo {
  /** Of the archive; empty for the feed at its root. */
  readonly feed: string;
  readonly table: string;
  readonly file: string;
  readonly header: readonly string[];
  readonly columns: readonly ColumnSpec[];
  readonly rows: number;
  readonly rejects: number;
  readonly notices: readonly Notice[];
}

const TYPES = { f64: Float64Array, i32: Int32Array, u32: Uint32Array, u8: Uint8Array } as const;
type TypeName = keyof typeof TYPES;
export type StateArray = Float64Array | Int32Array | Uint32Array | Uint8Array;

interface Section {
  readonly name: string;
  readonly type: TypeName;
  readonly length: number;
}

const ALIGNMENT = 8;

export function encodeState({ info, arrays }: State): Uint8Array {
  const sections = [...arrays].map(
    ([name, array]): Section => ({ name, type: typeOf(array), length: array.length }),
  );
  const head = Buffer.from(JSON.stringify({ info, sections }));
  const length = Buffer.alloc(ALIGNMENT);
  length.writeUInt32LE(head.length);
  const parts: Uint8Array[] = [length, padded(head)];
  for (const array of arrays.values())
    parts.push(padded(new Uint8Array(array.buffer, array.byteOffset, array.byteLength)));
  return compress(Buffer.concat(parts));
}

export function decodeState(encoded: Uint8Array): State {
  const bytes = zstdDecompressSync(encoded);
  const headLength = bytes.readUInt32LE(0);
  const { info, sections } = parseHead(bytes.toString('utf8', ALIGNMENT, ALIGNMENT + headLength));
  const arrays = new Map<string, StateArray>();
  let at = aligned(ALIGNMENT + headLength);
  for (const { name, type, length } of sections) {
    const Type = TYPES[type];
    const byteLength = length * Type.BYTES_PER_ELEMENT;
    // copied, so that the array begins at a multiple of its elements' size
    arrays.set(name, new Type(new Uint8Array(bytes.subarray(at, at + byteLength)).buffer));
    at = aligned(at + byteLength);
  }
  return { info, arrays };
}

/** What this kind has written itself. */
function parseHead(json: string): { info: StateInfo; sections: readonly Section[] } {
  return JSON.parse(json) as { info: StateInfo; sections: readonly Section[] };
}

function typeOf(array: StateArray): TypeName {
  if (array instanceof Float64Array) return 'f64';
  if (array instanceof Int32Array) return 'i32';
  return array instanceof Uint32Array ? 'u32' : 'u8';
}

const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

function padded(bytes: Uint8Array): Uint8Array {
  const padding = aligned(bytes.length) - bytes.length;
  return padding === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(padding)]);
}
