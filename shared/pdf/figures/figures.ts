/** Pictures of a page, stored by the caller's sink. */
import { createHash } from 'node:crypto';
import type { FigureRecord } from '../page-result.ts';
import type { PageJob, PutFigure } from '../pdf-options.ts';
import type { Box, PageContent } from '../read/words.ts';
import { extractFigures } from './extract.ts';

/** A stored picture and where it stands on the page; one that is shown twice is stored once. */
export interface Figure extends Box {
  readonly ref: string;
}

export interface TakenFigures {
  readonly figures: readonly Figure[];
  readonly records: readonly FigureRecord[];
  /** Pictures over the limits, or that could not be drawn. */
  readonly leftOut: number;
}

/** Extracts and stores the pictures of the page, if the options ask for it. */
export async function takeFigures(job: PageJob, content: PageContent): Promise<TakenFigures> {
  const { putFigure } = job.tools;
  if (!job.options.figures || !putFigure || content.images.length === 0) {
    return { figures: [], records: [], leftOut: 0 };
  }
  const { figures: extracted, leftOut } = extractFigures(job.document, job.page - 1, content);
  const stored = new Map<string, FigureRecord>();
  const figures: Figure[] = [];
  for (const { bytes, contentType, ...box } of extracted) {
    const hash = hashOf(bytes);
    let record = stored.get(hash);
    if (!record) {
      const ending = contentType === 'image/jpeg' ? 'jpg' : 'png';
      const name = `p${String(job.page).padStart(4, '0')}-${stored.size + 1}.${ending}`;
      record = { ref: await putFigure(name, bytes, contentType), contentType, bytes: bytes.length };
      stored.set(hash, record);
    }
    figures.push({ ...box, ref: record.ref });
  }
  return { figures, records: [...stored.values()], leftOut };
}

/** So many pictures are remembered; a document with more stores what comes later as often as it shows it. */
const MAX_REMEMBERED = 10_000;

/** A sink that stores each content once, also where several pages show it: for callers that convert a document in one go. */
export function storeOnce(putFigure: PutFigure): PutFigure {
  const refs = new Map<string, string>();
  return async (name, bytes, contentType) => {
    const hash = hashOf(bytes);
    const known = refs.get(hash);
    if (known !== undefined) return known;
    const ref = await putFigure(name, bytes, contentType);
    if (refs.size < MAX_REMEMBERED) refs.set(hash, ref);
    return ref;
  };
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
