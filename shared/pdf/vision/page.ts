/** One page read by the vision model. */
import { toFailure } from '../../errors.ts';
import {
  type Tokens,
  type Transcript,
  UselessAnswerError,
  type VisionModel,
} from '../../vision/vision-model.ts';
import { toTenths } from '../elapsed.ts';
import type { VisionUse } from '../page-result.ts';
import type { PageJob, VisionOptions } from '../pdf-options.ts';
import { releasePicture, renderPage } from '../render-page.ts';

export interface VisionReading {
  readonly use: VisionUse;
  /** Undefined if the model failed; empty if it says that the page is blank. */
  readonly markdown: string | undefined;
}

/** Print of 8 points is read well from it; models shrink what is larger. */
const DEFAULT_DPI = 150;
const PER_PRICE = 1_000_000;

/** Asks the model for the page. Its failure is a reading without Markdown; throws only if the signal is aborted. */
export async function readByVision(job: PageJob, model: VisionModel): Promise<VisionReading> {
  const start = performance.now();
  try {
    const { markdown, ...tokens } = await transcribe(job, model);
    return { use: toUse(job, model, start, tokens), markdown };
  } catch (error) {
    job.tools.signal?.throwIfAborted();
    const tokens = error instanceof UselessAnswerError ? error.tokens : { inputTokens: 0, outputTokens: 0 };
    const { code, message } = toFailure(error);
    return {
      use: { ...toUse(job, model, start, tokens), failure: `${code}: ${message}` },
      markdown: undefined,
    };
  }
}

/** The picture lives as long as this call. */
async function transcribe(job: PageJob, model: VisionModel): Promise<Transcript> {
  const { document, page, options, tools } = job;
  const { png } = renderPage(document, page - 1, {
    dpi: options.vision?.dpi ?? DEFAULT_DPI,
    maxPixels: options.maxPixels,
  });
  try {
    return await model.transcribe(png, { page, signal: tools.signal });
  } finally {
    releasePicture(png);
  }
}

function toUse(job: PageJob, { name: model }: VisionModel, start: number, tokens: Tokens): VisionUse {
  const { inputTokens, outputTokens } = tokens;
  const { prices } = job.options.vision ?? {};
  const ms = toTenths(performance.now() - start);
  return { model, inputTokens, outputTokens, ms, ...(prices && { cost: costOf(tokens, prices) }) };
}

function costOf(
  { inputTokens, outputTokens }: Tokens,
  { input, output }: NonNullable<VisionOptions['prices']>,
): number {
  return (inputTokens * input + outputTokens * output) / PER_PRICE;
}
