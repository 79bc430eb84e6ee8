import type { Detail, Failure, Outcome, Output } from '../../kind.ts';
import type { ZipMember } from '../../zip/archive.ts';
import { extensionOf } from './formats.ts';
import type { CanvasData, Listing } from './schema.ts';

export const MARKDOWN = 'text/markdown; charset=utf-8';

/** What is written with every result, whatever became of it: the course's words about the file, its extension, size and checksum. */
export function factsOf(path: string, listing: Listing, member?: ZipMember): Detail {
  const { published, reason, title, listedAs, module, url, kind, problemTitle } = listing;
  return {
    published,
    reason,
    title,
    ...(listedAs === undefined ? {} : { listedAs }),
    ...(module === undefined ? {} : { module }),
    ...(url === undefined ? {} : { url }),
    kind,
    ...(problemTitle === undefined ? {} : { problemTitle }),
    extension: extensionOf(path),
    ...(member === undefined ? {} : { bytes: member.bytes, crc32: hex(member.crc32) }),
  };
}

/** The title that a document gives itself; the course's own title for it may be another. */
export function documentTitle(title: string | undefined): Detail {
  return title === undefined || title === '' ? {} : { documentTitle: title };
}

export function converted(facts: Detail, output: Output, more: Detail = {}): Outcome<CanvasData> {
  return { type: 'done', outputs: [output], detail: { ...facts, ...more, status: 'converted' } };
}

export function excluded(facts: Detail): Outcome<CanvasData> {
  return { type: 'done', outputs: [], detail: { ...facts, status: 'excluded' } };
}

/** No failure: there is nothing to read in a picture. */
export function unsupported(facts: Detail): Outcome<CanvasData> {
  return { type: 'done', outputs: [], detail: { ...facts, status: 'unsupported' } };
}

export function failed(facts: Detail, failure: Failure): Outcome<CanvasData> {
  return { type: 'done', outputs: [], detail: { ...facts, status: 'failed' }, failure };
}

function hex(crc32: number): string {
  return crc32.toString(16).padStart(8, '0');
}
