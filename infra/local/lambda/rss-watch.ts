import { Worker } from 'node:worker_threads';
import { type RssMethod, readPeakRssKb } from './proc-status.ts';
import type { WorkerData, WorkerMessage } from './rss-worker.ts';

/** A pool of this many slots is made once; more instances than that no machine of this use has. */
export const MAX_SLOTS = 256;

/** One process under watch. */
export interface RssCell {
  readonly peakKb: () => number;
  readonly exceeded: () => boolean;
  readonly forget: () => void;
}

export interface RssWatch {
  /** `limitKb` undefined: the peak is kept, nothing is killed. */
  watch(pid: number, limitKb?: number): RssCell;
  close(): Promise<void>;
}

/** Starts the watching thread. Peaks and kills come back through shared memory, so no message can be late. */
export function startRssWatch(method: RssMethod, intervalMs: number): RssWatch {
  const slots = new Int32Array(new SharedArrayBuffer(MAX_SLOTS * 2 * Int32Array.BYTES_PER_ELEMENT));
  const free = Array.from({ length: MAX_SLOTS }, (_, slot) => slot);
  const data: WorkerData = { method, intervalMs, slots };
  const worker = new Worker(new URL('rss-worker.ts', import.meta.url), { workerData: data, stdin: false });
  worker.unref();
  const post = (message: WorkerMessage) => worker.postMessage(message);
  return {
    watch(pid, limitKb = Number.MAX_SAFE_INTEGER) {
      const slot = free.pop();
      if (slot === undefined)
        throw new Error(`RSS watch: expected at most ${MAX_SLOTS} processes, found one more`);
      slots.fill(0, slot * 2, slot * 2 + 2);
      post({ type: 'watch', slot, pid, limitKb });
      return {
        peakKb: () => Math.max(Atomics.load(slots, slot * 2), method === 'proc' ? readPeakRssKb(pid) : 0),
        exceeded: () => Atomics.load(slots, slot * 2 + 1) === 1,
        forget: () => {
          post({ type: 'forget', slot });
          free.unshift(slot);
        },
      };
    },
    close: async () => {
      await worker.terminate();
    },
  };
}
