/**
 * Looks at the memory of every instance at a fixed pace and kills what is over its size. A thread of its own, because
 * the main thread also carries the gateway, the table and the queues, and a busy moment there must not lift the limit.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { type RssMethod, readPeakRssKb, readRssKbByPs } from './proc-status.ts';

export interface WorkerData {
  readonly method: RssMethod;
  readonly intervalMs: number;
  /** Per slot: peak RSS in kB, then 1 once the process was killed for it. */
  readonly slots: Int32Array;
}

export type WorkerMessage =
  | { readonly type: 'watch'; readonly slot: number; readonly pid: number; readonly limitKb: number }
  | { readonly type: 'forget'; readonly slot: number };

const { method, intervalMs, slots } = workerData as WorkerData;
const watched = new Map<number, { readonly pid: number; readonly limitKb: number }>();

parentPort?.on('message', (message: WorkerMessage) => {
  if (message.type === 'watch') watched.set(message.slot, { pid: message.pid, limitKb: message.limitKb });
  else watched.delete(message.slot);
});
setInterval(look, intervalMs);

function look(): void {
  if (watched.size === 0) return;
  const byPs = method === 'ps' ? readRssKbByPs([...watched.values()].map(({ pid }) => pid)) : undefined;
  for (const [slot, { pid, limitKb }] of watched) {
    const rssKb = byPs ? (byPs.get(pid) ?? 0) : readPeakRssKb(pid);
    if (rssKb > Atomics.load(slots, slot * 2)) Atomics.store(slots, slot * 2, rssKb);
    if (rssKb > limitKb) kill(slot, pid);
  }
}

/** The mark comes first: whoever sees the process end finds it set. */
function kill(slot: number, pid: number): void {
  watched.delete(slot);
  Atomics.store(slots, slot * 2 + 1, 1);
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
