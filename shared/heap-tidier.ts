/**
 * V8 lets a heap grow by 8 MB over what lives in it before it collects, and keeps pages that it has emptied: over a thousand
 * clusters of PDF pages the two heaps of a function grew by 10 MB of nothing. After this much work a thread's heap is
 * collected and compacted, which takes some 45 ms of it.
 */
const EVERY_MS = 10_000;

/** Keeps the heap of the thread that it is used in as small as what lives there. */
export class HeapTidier {
  #workedMs = 0;

  /** To be called between two pieces of work, with how long the last one took. */
  after(ms: number): void {
    this.#workedMs += ms;
    if (this.#workedMs < EVERY_MS) return;
    this.#workedMs = 0;
    // Lambda's runtime starts Node with `--expose-gc`; without it, all is left to V8.
    globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  }
}
