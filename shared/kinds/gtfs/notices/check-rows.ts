import { isText, type NumberValues, type TextValues, textAt } from '../../../parquet/column.ts';
import type { Field } from '../schema/field.ts';
import type { HashedColumns } from '../state/hashed-columns.ts';
import type { TablePart } from '../table/table-part.ts';
import type { NoticeCode } from './codes.ts';
import { runChecks } from './row-reader.ts';
import { TABLE_CHECKS } from './table-checks.ts';
import { formatProblem, mayBeWrong } from './text-formats.ts';

/** Checks that one row alone is enough for: what the reference says of each field, then what it says of fields together. */
export function checkRows(part: TablePart, columns: HashedColumns): void {
  for (const { name, at, field } of part.of.columns) {
    const values = columns.get(name);
    if (!field || !values || at < 0) continue;
    if (isText(values)) checkTexts(part, field, values);
    else checkNumbers(part, field, values);
    if (values.nullCount > 0) checkMissing(part, field, values.nulls);
  }
  runChecks(TABLE_CHECKS[part.of.table] ?? [], part, columns);
}

function checkMissing(part: TablePart, { name, presence }: Field, nulls: Uint8Array): void {
  const code = presence === 'required' ? 'missing_required_field' : 'missing_recommended_field';
  if (presence !== 'required' && presence !== 'recommended') return;
  for (let row = 0; row < part.rows; row++)
    if (nulls[row] === 1)
      part.notices.add(code, () => ({
        filename: part.of.file,
        csvRowNumber: part.numbers[row] as number,
        fieldName: name,
      }));
}

/** Each different text is looked at once. */
function checkTexts(part: TablePart, field: Field, values: TextValues): void {
  const end = values.count === 0 ? 0 : values.ends[values.count - 1];
  if (!mayBeWrong(field, values.bytes.subarray(0, end))) return;
  const problems = new Map<number, NoticeCode>();
  for (let index = 0; index < values.count; index++) {
    const problem = formatProblem(field, Buffer.from(textAt(values, index)).toString());
    if (problem) problems.set(index, problem);
  }
  if (problems.size === 0) return;
  for (let row = 0; row < values.rows; row++) {
    const index = values.indexes[row] as number;
    const code = problems.get(index);
    if (!code) continue;
    part.notices.add(code, () => ({
      filename: part.of.file,
      csvRowNumber: part.numbers[row] as number,
      [code === 'non_ascii_or_non_printable_char' ? 'columnName' : 'fieldName']: field.name,
      fieldValue: Buffer.from(textAt(values, index)).toString().slice(0, 200),
    }));
  }
}

const LEAST: Partial<Record<Field['type'], number>> = {
  nonNegativeInteger: 0,
  nonNegativeFloat: 0,
  positiveInteger: Number.MIN_VALUE,
  positiveFloat: Number.MIN_VALUE,
};

/** Numbers out of their field's range stay as they are: they may mean something to who wrote them. */
function checkNumbers(part: TablePart, field: Field, { rows, values, nulls }: NumberValues): void {
  const isExpected = expectationOf(field);
  if (!isExpected) return;
  const code = field.values ? 'unexpected_enum_value' : 'number_out_of_range';
  for (let row = 0; row < rows; row++) {
    const value = values[row] as number;
    if (nulls[row] === 1 || isExpected(value)) continue;
    part.notices.add(code, () => ({
      filename: part.of.file,
      csvRowNumber: part.numbers[row] as number,
      fieldName: field.name,
      fieldValue: value,
    }));
  }
}

/** Above the largest value of any enum. */
const ENUM_SIZE = 32;

function expectationOf(field: Field): ((value: number) => boolean) | undefined {
  const { type, values } = field;
  if (values) {
    const known = new Uint8Array(ENUM_SIZE);
    for (const value of values) known[value] = 1;
    return (value) => known[value] === 1 || isExtended(field, value);
  }
  if (type === 'nonZeroInteger') return (value) => value !== 0;
  const least = LEAST[type];
  return least === undefined ? undefined : (value) => value >= least;
}

/** Extended route types (Google's list) have three and four digits. */
const isExtended = ({ name }: Field, value: number): boolean =>
  name === 'route_type' && value >= 100 && value <= 1702;
