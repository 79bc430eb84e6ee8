/** What the vision model cost for a whole document. */
import type { PageResult } from '../page-result.ts';

export interface VisionTotals {
  /** Pages that it read, and pages that it was asked for in vain. */
  readonly pages: number;
  readonly failedPages: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** In the currency of the option `prices`; only with it. */
  readonly cost?: number;
}

const NONE: VisionTotals = { pages: 0, failedPages: 0, inputTokens: 0, outputTokens: 0 };

/** Millionths: sums of prices per million tokens are rounded to them. */
const PRECISION = 1_000_000;

/** `totals` with one more page. Start with undefined; it stays so while no page was with the model. */
export function addVision(
  totals: VisionTotals | undefined,
  { vision }: PageResult,
): VisionTotals | undefined {
  if (!vision) return totals;
  const before = totals ?? NONE;
  const isRead = vision.failure === undefined;
  const cost = vision.cost === undefined ? before.cost : (before.cost ?? 0) + vision.cost;
  return {
    pages: before.pages + (isRead ? 1 : 0),
    failedPages: before.failedPages + (isRead ? 0 : 1),
    inputTokens: before.inputTokens + vision.inputTokens,
    outputTokens: before.outputTokens + vision.outputTokens,
    ...(cost !== undefined && { cost: Math.round(cost * PRECISION) / PRECISION }),
  };
}
