import type { Statistics } from 'hyparquet';
import { type ColumnValues, isText, type NumberValues, type TextValues, textAt } from './column.ts';

/** The least and the greatest value, by which readers leave whole files out. */
export function toStatistics(values: ColumnValues): Statistics {
  const bounds = isText(values) ? textBounds(values) : numberBounds(values);
  return { null_count: BigInt(values.nullCount), ...bounds };
}

function numberBounds({ values, nulls, rows }: NumberValues): Statistics {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < rows; row++) {
    if (nulls[row] === 1) continue;
    const value = values[row] as number;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (min > max) return {};
  // the format wants zeros of both signs within the bounds
  return { min_value: min === 0 ? -0 : min, max_value: max === 0 ? 0 : max };
}

function textBounds(values: TextValues): Statistics {
  if (values.count === 0) return {};
  let min = textAt(values, 0);
  let max = min;
  for (let index = 1; index < values.count; index++) {
    const text = textAt(values, index);
    if (Buffer.compare(text, min) < 0) min = text;
    else if (Buffer.compare(text, max) > 0) max = text;
  }
  return { min_value: min, max_value: max };
}
