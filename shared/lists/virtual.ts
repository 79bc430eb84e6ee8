import * as z from 'zod';
import { type RangeSource, readRange } from '../range-source.ts';
import { listInvalid } from './row.ts';

/** A row that only the function can see: its number is all that is known of it. */
export interface Virtual {
  readonly type: 'virtual';
}

/** The whole document is `{"count": 30000}`. */
const DOCUMENT_BYTES_MAX = 1000;
const document = z.strictObject({ count: z.number().int().nonnegative().max(100_000_000) });

/** True for a document that is nothing but a count. */
export const isVirtual = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).join() === 'count';

/** As many rows as the document says. @throws SmallbatchError LIST_INVALID */
export async function* readVirtual(source: RangeSource): AsyncGenerator<Virtual> {
  const bytes = source.size > 0 ? await readRange(source, 0, Math.min(source.size, DOCUMENT_BYTES_MAX)) : '';
  const { count } = parse(bytes.toString());
  for (let n = 0; n < count; n++) yield { type: 'virtual' };
}

function parse(text: string): z.infer<typeof document> {
  try {
    return document.parse(JSON.parse(text));
  } catch (cause) {
    const found = JSON.stringify(text.slice(0, 80));
    throw listInvalid({ line: 1, byte: 0 }, `expected {"count": <rows>} up to 100,000,000, found ${found}`, {
      cause,
    });
  }
}
