import { parentPort, workerData } from 'node:worker_threads';
import { onSecret } from '../safe-text/secrets.ts';
import type { WorkerStart } from './guard.ts';
import { runItem } from './item.ts';
import { MemoryMeter } from './memory/meter.ts';
import { shareCompiledModules } from './memory/wasm-cache.ts';
import type { FromWorker, Tasks, ToWorker } from './tasks.ts';

/** The guarded thread: one task at a time, each answered. It knows no ledger and no queue. */
const { meterBuffer, modules } = workerData as WorkerStart;
const meter = new MemoryMeter(meterBuffer);
meter.watchWasm();
shareCompiledModules(modules, (bytes, module) => post({ type: 'compiled', bytes, module }));

parentPort?.on('message', (message: ToWorker) => {
  if (message.task !== 'more') meter.begin();
  void answer(message).then((found) => post({ type: 'answer', answer: found }));
});
onSecret((secret) => post({ type: 'secret', secret }));
post({ type: 'ready' });

function post(message: FromWorker): void {
  parentPort?.postMessage(message);
}

/** Loaded by the threads that split: it costs the others memory. */
const splitting = () => import('./split-task.ts');

async function answer(message: ToWorker): Promise<Tasks[keyof Tasks]['answer']> {
  switch (message.task) {
    case 'item': {
      const { job, timeoutMs } = message.given;
      return await runItem(job, { signal: AbortSignal.timeout(timeoutMs), stage: () => meter.stage() });
    }
    case 'split':
      return await (await splitting()).openSplit(message.given);
    case 'more':
      return await (await splitting()).nextEntries();
    default:
      return message satisfies never;
  }
}
