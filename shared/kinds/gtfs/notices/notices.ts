import type { Json } from '../../../kind.ts';
import { type NoticeCode, type Severity, severityOf } from './codes.ts';

/** Samples that are kept of each notice; the total goes on. */
const SAMPLES_MAX = 100;

export type Sample = Readonly<Record<string, Json>>;

export interface Notice {
  readonly code: NoticeCode;
  readonly severity: Severity;
  readonly totalNotices: number;
  readonly sampleNotices: readonly Sample[];
}

/** What is to be said of a feed, counted by code, with the first samples of each. */
export class Notices {
  readonly #byCode = new Map<NoticeCode, { total: number; samples: Sample[] }>();

  /** `sample` is asked for only as long as samples are kept. */
  add(code: NoticeCode, sample: () => Sample, times = 1): void {
    const found = this.#of(code);
    found.total += times;
    if (found.samples.length < SAMPLES_MAX) found.samples.push(sample());
  }

  merge(notices: readonly Notice[]): void {
    for (const { code, totalNotices, sampleNotices } of notices) {
      const found = this.#of(code);
      found.total += totalNotices;
      found.samples.push(...sampleNotices.slice(0, SAMPLES_MAX - found.samples.length));
    }
  }

  /** In the order of their codes. */
  list(): Notice[] {
    return [...this.#byCode]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([code, { total, samples }]) => ({
        code,
        severity: severityOf(code),
        totalNotices: total,
        sampleNotices: samples,
      }));
  }

  #of(code: NoticeCode): { total: number; samples: Sample[] } {
    const found = this.#byCode.get(code) ?? { total: 0, samples: [] };
    this.#byCode.set(code, found);
    return found;
  }
}
