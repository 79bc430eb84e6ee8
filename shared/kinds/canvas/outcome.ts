import type { Detail, Outcome, Output } from '../../kind.ts';
import type { CanvasData } from './schema.ts';

export const MARKDOWN = 'text/markdown; charset=utf-8';

/** The title that a document gives itself; the course's own title for it may be another. */
export function documentTitle(title: string | undefined): Detail {
  return title === undefined || title === '' ? {} : { documentTitle: title };
}

/** One line feed is no text. */
const EMPTY_BYTES = 1;

export function converted(output: Output, more: Detail = {}): Outcome<CanvasData> {
  const isEmpty = output.bytes <= EMPTY_BYTES;
  return {
    type: 'done',
    outputs: [output],
    detail: { ...more, status: 'converted', ...(isEmpty && { isEmpty }) },
  };
}

export function excluded(): Outcome<CanvasData> {
  return { type: 'done', outputs: [], detail: { status: 'excluded' } };
}

/** No failure: there is nothing to read in a picture. `outputs`: the file itself, where it is copied. */
export function unsupported(outputs: readonly Output[] = []): Outcome<CanvasData> {
  return { type: 'done', outputs, detail: { status: 'unsupported' } };
}

/** What is written at the end, from what is known of it before it runs. */
export function listed(): Outcome<CanvasData> {
  return { type: 'done', outputs: [] };
}
