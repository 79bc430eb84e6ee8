/** Heaps and their flags are a process's: each case is a process of its own. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { toNodeFlags } from '../../../../infra/local/lambda/launch.ts';

const run = promisify(execFile);
const MB = 2 ** 20;

/** Runs `program` in a Node as Lambda starts it for a function of `memoryMb`; it prints JSON. */
async function runProgram(memoryMb: number, program: string) {
  const flags = [...toNodeFlags(memoryMb), '--input-type=module', '-e', program];
  return JSON.parse((await run(process.execPath, flags)).stdout);
}

const at = (name: string): string =>
  JSON.stringify(new URL(`../../../../shared/process/${name}`, import.meta.url).href);

/** A thread that keeps what it allocates for a while, and tells what its young generation took. */
const YOUNG = `
  import { getHeapSpaceStatistics } from 'node:v8';
  import { parentPort } from 'node:worker_threads';
  const kept = [];
  for (let n = 0; n < 3e6; n++) kept[n % 3e5] = { n };
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
  parentPort.postMessage(young.space_size);`;

const youngGeneration = (memoryMb: number, before: string) =>
  runProgram(
    memoryMb,
    `import { Worker } from 'node:worker_threads';
    import { keepHeapsSmall } from ${at('memory/heap-flags.ts')};
    ${before}
    new Worker(${JSON.stringify(YOUNG)}, { eval: true }).on('message', (bytes) => console.log(bytes));`,
  );

test.each([
  { memoryMb: 512, atMostMb: 16 },
  { memoryMb: 256, atMostMb: 8 },
])('a thread of a $memoryMb MB function has a young generation of $atMostMb MB', async (size) => {
  const held = await youngGeneration(size.memoryMb, `keepHeapsSmall(${size.memoryMb});`);
  const free = await youngGeneration(size.memoryMb, '');

  expect(held).toBeLessThanOrEqual(size.atMostMb * MB);
  expect(free).toBeGreaterThan(held);
});

test('the main thread gives its heap back after ten seconds of work, not before', async () => {
  const [loaded, early, late] = await runProgram(
    512,
    `import { HeapTidier } from ${at('memory/heap-tidier.ts')};
    let kept = Array.from({ length: 3e5 }, (_, n) => ({ n }));
    kept = undefined;
    const tidier = new HeapTidier();
    const total = () => process.memoryUsage().heapTotal;
    const totals = [total()];
    for (const ms of [9_999, 1]) { tidier.after(ms); totals.push(total()); }
    console.log(JSON.stringify(totals));`,
  );

  expect(early).toBe(loaded);
  expect(late).toBeLessThan(loaded - 8 * MB);
});

test("an item's peak counts what came and went between two looks", async () => {
  const use = await runProgram(
    512,
    `import { MemoryMeter } from ${at('memory/meter.ts')};
    import { toBudget } from ${at('memory/budget.ts')};
    import { MemoryWatch } from ${at('memory/watch.ts')};
    const baseline = process.memoryUsage.rss();
    const watch = new MemoryWatch('item', { meter: new MemoryMeter(), baseline }, toBudget(512));
    Buffer.alloc(150 * ${MB}, 1);
    globalThis.gc();
    console.log(JSON.stringify(watch.use));
    watch.stop();`,
  );

  expect(use.peak).toBeGreaterThan(use.before + 140 * MB);
});
