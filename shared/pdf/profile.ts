/**
 * What only the whole document tells: body size, heading styles, what repeats on every page. Collected once, one page in
 * memory at a time; small plain JSON that travels in a message to the functions which convert page ranges.
 */

import type { PdfDocument } from './document.ts';
import type { PdfProfile } from './facts-schema.ts';
import type { Block, HeadingStyle } from './layout/blocks.ts';
import { countBody } from './layout/body-size.ts';
import { headingStyleOf, rankStyles } from './layout/headings.ts';
import { noteLabel } from './layout/notes.ts';
import { findTables, layOut } from './layout/page-layout.ts';
import { findRunning } from './layout/running-heads.ts';
import { readPage } from './read/read-page.ts';
import { type PageContent, regionsOf } from './read/words.ts';

export interface ProfileOptions {
  /** Pages looked at: more make the profile surer and cost 1 to 4 ms each. */
  readonly samplePages?: number;
}

/** Enough for a book's styles; spread over the document in runs, since heads differ on left and right pages. */
const DEFAULT_SAMPLE_PAGES = 96;
const RUN_PAGES = 8;
const MAX_NOTES = 200;

/** Reads a sample of the pages twice; a page that can't be read or laid out is left out. */
export function collectProfile(document: PdfDocument, options: ProfileOptions = {}): PdfProfile {
  const sample = samplePages(document.pages, options.samplePages ?? DEFAULT_SAMPLE_PAGES);
  const body = countBody();
  const heads = findRunning();
  readSample(document, sample, (content) => {
    for (const region of regionsOf(content)) heads.add(findTables(region).lines, region);
    body.add(content);
  });
  const running = heads.keys();
  const { bodySize, hyphenates } = body.result();
  const shapes = newShapes(bodySize);
  readSample(document, sample, (content) => {
    for (const region of regionsOf(content)) {
      for (const block of layOut(region, running, bodySize).blocks) shapes.add(block);
    }
  });
  return { bodySize, running, hyphenates, ...shapes.result() };
}

/** Collects the styles of what looks like headings, and the labels of notes. */
function newShapes(bodySize: number): {
  add(block: Block): void;
  result(): Pick<PdfProfile, 'headings' | 'notes'>;
} {
  const styles = new Map<string, HeadingStyle>();
  const notes = new Set<string>();
  return {
    add(block) {
      if (block.kind === 'table') return;
      const label = noteLabel(block, bodySize);
      if (label) notes.add(label);
      const style = headingStyleOf(block, bodySize);
      if (style) styles.set(JSON.stringify(style), style);
    },
    result: () => ({ headings: rankStyles([...styles.values()]), notes: [...notes].slice(0, MAX_NOTES) }),
  };
}

function readSample(
  document: PdfDocument,
  indices: readonly number[],
  note: (content: PageContent) => void,
): void {
  for (const index of indices) {
    try {
      note(readPage(document, index));
    } catch {
      // Converting the page reports it; the profile does without.
    } finally {
      document.engine.takeLog();
    }
  }
}

/** Page indices: all of a short document, runs of neighbours spread evenly over a long one. */
function samplePages(pages: number, sample: number): number[] {
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
