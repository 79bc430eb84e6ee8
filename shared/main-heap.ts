import { getHeapSpaceStatistics } from 'node:v8';

/**
 * V8 lets a heap grow by 8 MB over what lives in it before it collects. The main thread only hands work over, so its garbage
 * stood for hundreds of clusters; at this much it is collected, for some 20 ms in every hundred clusters of PDF pages.
 */
const GARBAGE_BYTES = 2 * 1024 * 1024;

/** The old generation of the main thread, where what outlives two scavenges goes. */
export class MainHeap {
  #settled = usedOldSpace();

  /** Collects what has piled up. Lambda's runtime starts Node with `--expose-gc`; without it, this is left to V8. */
  tidy(): void {
    if (usedOldSpace() < this.#settled + GARBAGE_BYTES) return;
    globalThis.gc?.();
    this.#settled = usedOldSpace();
  }
}

function usedOldSpace(): number {
  return getHeapSpaceStatistics().find(({ space_name }) => space_name === 'old_space')?.space_used_size ?? 0;
}
