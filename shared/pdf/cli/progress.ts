/** What `npm run pdf` tells while it works and at its end, and counts for its exit code. */
import type { Writable } from 'node:stream';
import type { PageResult } from '../page-result.ts';
import { addVision, type VisionTotals } from '../vision/totals.ts';

export interface Progress {
  over(results: AsyncIterable<PageResult>): AsyncIterable<PageResult>;
  /** Pages so far with this status. */
  count(status: PageResult['status']): number;
  /** The last line of the progress, and what the model cost. */
  report(): void;
}

/** Counts pages; a person at a terminal sees it do so. */
export function showProgress(pages: number, stderr: Writable & { readonly isTTY?: boolean }): Progress {
  const statuses = new Map<string, number>();
  let seen = 0;
  let vision: VisionTotals | undefined;
  return {
    async *over(results) {
      for await (const result of results) {
        seen += 1;
        statuses.set(result.status, (statuses.get(result.status) ?? 0) + 1);
        vision = addVision(vision, result);
        if (stderr.isTTY) stderr.write(`\rpage ${seen} of ${pages}`);
        yield result;
      }
    },
    count: (status) => statuses.get(status) ?? 0,
    report() {
      if (stderr.isTTY)
        stderr.write(`\r${[...statuses].map(([name, many]) => `${many} ${name}`).join(', ')}\n`);
      if (vision) stderr.write(`vision: ${toLine(vision)}\n`);
    },
  };
}

function toLine({ pages, failedPages, inputTokens, outputTokens, cost }: VisionTotals): string {
  const price = cost === undefined ? '' : `, cost ${cost}`;
  return `${pages} pages read, ${failedPages} failed, ${inputTokens} tokens in, ${outputTokens} out${price}`;
}
