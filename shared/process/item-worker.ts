import { parentPort, workerData } from 'node:worker_threads';
import { onSecret } from '../safe-text/secrets.ts';
import type { FromWorker, ToWorker, WorkerStart } from './guard.ts';
import { runItem } from './item.ts';
import { MemoryMeter } from './memory/meter.ts';
import { shareCompiledModules } from './memory/wasm-cache.ts';

/** The thread that items run in: one at a time, each answered with its outcome. It knows no ledger and no queue. */
const { meterBuffer, modules } = workerData as WorkerStart;
const meter = new MemoryMeter(meterBuffer);
meter.watchWasm();
shareCompiledModules(modules, (bytes, module) => post({ type: 'compiled', bytes, module }));

parentPort?.on('message', ({ job, timeoutMs }: ToWorker) => {
  meter.begin();
  const stage = (): void => meter.stage();
  void runItem(job, { signal: AbortSignal.timeout(timeoutMs), stage }).then((outcome) => {
    post({ type: 'outcome', outcome });
  });
});
onSecret((secret) => post({ type: 'secret', secret }));
post({ type: 'ready' });

function post(message: FromWorker): void {
  parentPort?.postMessage(message);
}
