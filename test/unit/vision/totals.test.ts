import { describe, expect, it } from 'vitest';
import type { PageResult, VisionUse } from '../../../shared/pdf/page-result.ts';
import { addVision } from '../../../shared/pdf/vision/totals.ts';

const USE: VisionUse = { model: 'm', ms: 5, inputTokens: 1000, outputTokens: 200 };

const page = (vision?: VisionUse): PageResult => {
  return { page: 1, status: 'text', method: 'layout', confidence: 1, ms: 1, markdown: '', vision };
};

describe('addVision', () => {
  it.each<[string, (VisionUse | undefined)[], unknown]>([
    ['pages without a model', [undefined, undefined], undefined],
    [
      'pages without prices',
      [USE, undefined, USE],
      { pages: 2, failedPages: 0, inputTokens: 2000, outputTokens: 400 },
    ],
    [
      'pages with prices',
      [
        { ...USE, cost: 0.1 },
        { ...USE, cost: 0.2 },
      ],
      { pages: 2, failedPages: 0, inputTokens: 2000, outputTokens: 400, cost: 0.3 },
    ],
    [
      'answers that were paid in vain',
      [{ ...USE, failure: 'refused' }],
      { pages: 0, failedPages: 1, inputTokens: 1000, outputTokens: 200 },
    ],
  ])('adds up %s', (_name, uses, expected) => {
    expect(uses.map(page).reduce(addVision, undefined)).toEqual(expected);
  });
});
