/** The two steps of a page: mupdf's and tesseract's part, then the vision model's. */

import { toTenths } from './elapsed.ts';
import { type Figure, takeFigures } from './figures/figures.ts';
import type { Block } from './layout/blocks.ts';
import { layOut } from './layout/page-layout.ts';
import { isRecognised, joinOcrLayer } from './ocr/layer.ts';
import { type Converted, convertLocally } from './page-local.ts';
import type { PageResult } from './page-result.ts';
import type { PageJob } from './pdf-options.ts';
import { withLosses } from './read/lost-content.ts';
import { countOffPage } from './read/off-page.ts';
import { readPage } from './read/read-page.ts';
import type { PageContent } from './read/words.ts';
import { withFigures } from './vision/figures.ts';
import { isDenseInMaths } from './vision/maths.ts';
import { readByVision } from './vision/page.ts';

/** A page of which only the vision model's part is missing. */
export interface BegunPage {
  readonly job: PageJob;
  readonly ms: number;
  readonly wantsVision: boolean;
  readonly figures: readonly Figure[];
  readonly facts: Pick<PageResult, 'maths' | 'figures' | 'figuresLeftOut'>;
  /** The blocks of its own text. */
  layOut(): readonly Block[];
  /** The page without vision, converted at the first call. */
  local(): Promise<Converted>;
}

/** A model says nothing of how sure it is. */
const VISION_CONFIDENCE = 0.9;

/** Reads the page, stores its pictures, and converts it unless the vision model is to be asked first. One page at a time. */
export async function beginPage(given: PageJob): Promise<BegunPage> {
  given.tools.signal?.throwIfAborted();
  const start = performance.now();
  const content = tryRead(given);
  if (content instanceof Error) return failedPage(given, content, performance.now() - start);
  const job = isRecognised(content) ? asPrinted(given) : given;
  const { figures, records, leftOut } = await takeFigures(job, content);
  const maths = isDenseInMaths(content);
  const local = once(() => convertLocally(job, content, figures));
  const wantsVision = await isForVision(job, content, maths, local);
  if (!wantsVision) await local();
  const facts = {
    ...(maths && ({ maths } as const)),
    ...(records.length > 0 && { figures: records }),
    ...(leftOut > 0 && { figuresLeftOut: leftOut }),
  };
  const blocks = () => layOut(content, job.profile.running, job.profile.bodySize).blocks;
  return { job, ms: performance.now() - start, wantsVision, figures, facts, layOut: blocks, local };
}

/** Print divides words at the ends of lines; what was recognised has no soft hyphens by which a document would tell. */
function asPrinted(job: PageJob): PageJob {
  return { ...job, profile: { ...job.profile, hyphenates: true } };
}

function tryRead({ document, page }: PageJob): PageContent | Error {
  try {
    const content = joinOcrLayer(readPage(document, page - 1));
    const offPage = countOffPage(document, page - 1, content.chars ?? 0);
    return offPage > 0 ? { ...content, unseen: { ...content.unseen, offPage } } : content;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error), { cause: error });
  }
}

function failedPage(job: PageJob, { message: error }: Error, ms: number): BegunPage {
  const local = async (): Promise<Converted> => ({
    status: 'failed',
    method: 'none',
    confidence: 0,
    markdown: '',
    error,
  });
  return { job, ms, wantsVision: false, figures: [], facts: {}, layOut: () => [], local };
}

/** In the mode `auto`: what OCR read badly, and text that is dense in formulas; nothing else. */
async function isForVision(
  job: PageJob,
  content: PageContent,
  maths: boolean,
  local: () => Promise<Converted>,
): Promise<boolean> {
  const mode = job.options.vision?.mode ?? 'off';
  if (mode === 'off') return false;
  if (mode === 'all') return isAnythingShown(content);
  return maths || (await local()).isPoor === true;
}

function isAnythingShown({ lines, turned, images, rules }: PageContent): boolean {
  return lines.length + turned.length + images.length + rules.length > 0;
}

/** Asks the vision model, if the page is for it; where that fails, the page is what it is without. */
export async function finishPage(begun: BegunPage): Promise<PageResult> {
  const { job, facts } = begun;
  const model = job.tools.vision;
  if (!begun.wantsVision || !model) return toResult(begun, await begun.local(), begun.ms, facts);
  const start = performance.now();
  const { use, markdown } = await readByVision(job, model);
  const converted =
    markdown === undefined ? fellBack(await begun.local(), use.failure) : fromVision(markdown, begun);
  const ms = begun.ms + performance.now() - start;
  return toResult(begun, converted, ms, { ...facts, vision: use });
}

function fromVision(text: string, { figures, layOut }: BegunPage): Converted {
  const markdown = figures.length > 0 ? withFigures(text, figures, layOut()) : text;
  const status = markdown === '' ? 'blank' : 'vision';
  return { status, method: 'vision', confidence: VISION_CONFIDENCE, markdown };
}

function fellBack(local: Converted, failure: string | undefined): Converted {
  const reason = `vision failed, ${local.method} used instead: ${failure}`;
  return { ...local, error: local.error ? `${reason}; ${local.error}` : reason };
}

function toResult(
  begun: BegunPage,
  converted: Converted,
  ms: number,
  facts: Partial<PageResult>,
): PageResult {
  const { status, method, confidence, markdown, error } = withLosses(converted, begun.job);
  const { leftOut } = converted;
  return {
    page: begun.job.page,
    status,
    method,
    confidence,
    ms: toTenths(ms),
    markdown,
    ...(error && { error }),
    ...(leftOut && { leftOut }),
    ...facts,
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
