/**
 * What only the whole document tells: body size, heading sizes, what repeats on every page. Collected once, one page in
 * memory at a time; small plain JSON that travels in a message to the functions which convert page ranges.
 */
import { z } from 'zod';
import type { PdfDocument } from './document.ts';
import { readPage } from './read-page.ts';
import { findRunning } from './running-heads.ts';
import { headingStyles, newStyleCount } from './styles.ts';
import { lineText } from './words.ts';

export const pdfProfileSchema = z.object({
  /** Size in points of most characters. */
  bodySize: z.number(),
  /** Styles of headings, the first the highest. */
  headings: z.array(z.object({ size: z.number(), bold: z.boolean() })),
  /** Heads and feet that repeat: their text with digits as `#`, and where they stand. */
  running: z.array(z.string()),
});

export type PdfProfile = z.infer<typeof pdfProfileSchema>;

export interface ProfileOptions {
  /** Pages looked at: more make the profile surer and cost 1 to 4 ms each. */
  readonly samplePages?: number;
}

/** Enough for a book's styles; spread over the document in runs, since heads differ on left and right pages. */
const DEFAULT_SAMPLE_PAGES = 128;
const RUN_PAGES = 8;

/** Reads a sample of the pages; a page that can't be read is left out. */
export function collectProfile(document: PdfDocument, options: ProfileOptions = {}): PdfProfile {
  const styles = newStyleCount();
  const running = findRunning();
  for (const index of samplePages(document.pages, options.samplePages ?? DEFAULT_SAMPLE_PAGES)) {
    const content = tryRead(document, index);
    if (!content) continue;
    running.add(content);
    for (const line of content.lines) styles.add(line, lineText(line));
  }
  const { bodySize, counts } = styles.result();
  return { bodySize, headings: headingStyles(counts, bodySize), running: running.keys() };
}

function tryRead(document: PdfDocument, index: number): ReturnType<typeof readPage> | undefined {
  try {
    return readPage(document, index);
  } catch {
    // Converting the page reports it; the profile does without.
    return undefined;
  } finally {
    document.engine.takeLog();
  }
}

/** Page indices: all of a short document, runs of neighbours spread evenly over a long one. */
export function samplePages(pages: number, sample: number): number[] {
  if (pages <= sample) return Array.from({ length: pages }, (_, index) => index);
  const runs = Math.max(1, Math.floor(sample / RUN_PAGES));
  const stride = pages / runs;
  const indices = new Set<number>();
  for (let run = 0; run < runs; run += 1) {
    const start = Math.floor(run * stride);
    for (let index = start; index < Math.min(start + RUN_PAGES, pages); index += 1) indices.add(index);
  }
  return [...indices];
}
