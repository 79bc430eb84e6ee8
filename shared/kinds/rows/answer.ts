import { type ErrorCode, type Failure, newFailure } from '../../errors.ts';
import { toRawNumber } from '../../lists/raw-json.ts';

/** What became of one row: the JSON that the function gave for it (undefined: nothing), or a failure. */
export type RowResult = { readonly value?: string } | { readonly failure: Failure };

const EXCERPT_CHARS = 80;

/**
 * A function's answer for `count` rows. Nothing, or an object without `results`: all is well. `results` has one entry a row, in
 * order: `{ok}` or `{error}`. What else comes back says nothing about any row, so that all of them fail.
 */
export function parseAnswer(payload: Uint8Array, count: number): RowResult[] {
  const text = Buffer.from(payload).toString();
  const answer = parse(text);
  const excerpt = text.slice(0, EXCERPT_CHARS);
  if (answer === undefined) return all(count, 'RESULT_INVALID', `expected JSON, found ${excerpt}`);
  if (answer === null) return Array.from({ length: count }, () => ({}));
  if (typeof answer !== 'object' || Array.isArray(answer))
    return all(count, 'RESULT_INVALID', `expected nothing or an object with results, found ${excerpt}`);
  if (!Object.hasOwn(answer, 'results')) return Array.from({ length: count }, () => ({}));
  const { results } = answer as { results: unknown };
  if (!Array.isArray(results))
    return all(count, 'RESULT_INVALID', `expected results to be an array, found ${excerpt}`);
  // Which one is missing is unknown: an answer is never shifted to another row.
  if (results.length !== count)
    return all(count, 'RESULT_COUNT', `expected a result for each item, found ${results.length} of ${count}`);
  return results.map(toRowResult);
}

function all(count: number, code: ErrorCode, message: string): RowResult[] {
  const failure = newFailure(code, message);
  return Array.from({ length: count }, () => ({ failure }));
}

function toRowResult(entry: unknown): RowResult {
  if (typeof entry === 'object' && entry !== null) {
    if ('error' in entry) return { failure: newFailure('ROW_FAILED', toMessage(entry.error)) };
    if ('ok' in entry) return { value: JSON.stringify(entry.ok) };
  }
  const found = JSON.stringify(entry).slice(0, EXCERPT_CHARS);
  return { failure: newFailure('RESULT_INVALID', `expected {ok} or {error}, found ${found}`) };
}

/** A text as it is; an error object by its type and message; anything else as JSON. */
function toMessage(error: unknown): string {
  if (typeof error === 'string') return error;
  if (typeof error !== 'object' || error === null) return JSON.stringify(error);
  const {
    name,
    type = name,
    errorType = type,
    message,
    errorMessage = message,
  } = error as Record<string, unknown>;
  if (typeof errorMessage !== 'string') return JSON.stringify(error);
  return typeof errorType === 'string' ? `${errorType}: ${errorMessage}` : errorMessage;
}

/** Numbers stay as they are written: 19-digit ids and 1.10 would not survive a number of JavaScript. Undefined: no JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text, (_, value, context?: { source?: string }) =>
      typeof value === 'number' && context?.source !== undefined && String(value) !== context.source
        ? toRawNumber(context.source)
        : value,
    );
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
