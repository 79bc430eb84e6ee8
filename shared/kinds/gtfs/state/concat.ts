import type { StateArray } from './state.ts';

/** One array of several, of the type of the first. */
export function concatArrays(parts: readonly StateArray[]): StateArray {
  const [first] = parts;
  if (first === undefined || parts.length === 1) return first ?? new Uint8Array(0);
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const all = emptyLike(first, length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function emptyLike(array: StateArray, length: number): StateArray {
  if (array instanceof Float64Array) return new Float64Array(length);
  if (array instanceof Int32Array) return new Int32Array(length);
  return array instanceof Uint32Array ? new Uint32Array(length) : new Uint8Array(length);
}
