import { toBudget } from '../process/memory/budget.ts';
import type { MemoryReport } from '../run/memory-report.ts';

/** Peaks are kept as counts by this many MB, so that a report over a million clusters stays small. */
const STEP_MB = 16;
/** Lambda's sizes go in steps of 1 MB; a recommendation in coarser ones is easier to compare. */
const SIZE_STEP_MB = 64;
const MB = 1024 * 1024;

/** Collects the peaks of clusters, by the memory size that they ran in. */
export class MemoryTally {
  readonly #counts = new Map<number, number[]>();

  add(memoryMb: number, peakMb: number): void {
    const counts = this.#counts.get(memoryMb) ?? [];
    const step = Math.ceil(peakMb / STEP_MB);
    counts[step] = (counts[step] ?? 0) + 1;
    this.#counts.set(memoryMb, counts);
  }

  report(): MemoryReport {
    const sizes = [...this.#counts].sort(([a], [b]) => a - b);
    return sizes.map(([memoryMb, counts]) => ({
      memoryMb,
      clusters: counts.reduce((sum, count) => sum + (count ?? 0), 0),
      p50Mb: quantile(counts, 0.5),
      p95Mb: quantile(counts, 0.95),
      maxMb: quantile(counts, 1),
      recommendedMb: recommend(quantile(counts, 1)),
    }));
  }
}

/** The upper edge of the step in which the quantile lies. */
function quantile(counts: readonly (number | undefined)[], share: number): number {
  const total = counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  let seen = 0;
  for (const [step, count] of counts.entries()) {
    seen += count ?? 0;
    if (seen >= total * share && seen > 0) return step * STEP_MB;
  }
  return 0;
}

/** The smallest size whose budget holds the highest peak. */
function recommend(peakMb: number): number {
  let size = 2 * SIZE_STEP_MB;
  while (toBudget(size).limit < peakMb * MB) size += SIZE_STEP_MB;
  return size;
}
