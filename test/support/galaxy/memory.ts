import { setImmediate as nextTurn } from 'node:timers/promises';
import { openHttp } from '../../../shared/http/http.ts';
import { openUpstream } from '../../../shared/kinds/galaxy/upstream.ts';

/**
 * Prints by how much live memory (heap and buffers, garbage left out) grows at the peak of one detail, and of one docs blob, in
 * bytes: `node --expose-gc … URL stream|whole`. It is taken at every turn of the event loop.
 */
const [, , server = '', how] = process.argv;
const http = openHttp({ allowedHosts: [new URL(server).host] });
const upstream = openUpstream({ server, http });
const facts = await upstream.version('acme', 'tools', '1.0.0');
await measure();
console.log(JSON.stringify(await measure()));
await http.close();

async function measure() {
  return {
    detail: await growth(how === 'stream' ? () => upstream.version('acme', 'tools', '1.0.0') : parseWhole),
    docs: await growth(() => upstream.docs(facts, async ({ body }) => await lengthOf(body))),
  };
}

async function parseWhole(): Promise<unknown> {
  const { body } = await http.send(`${server}v3/collections/acme/tools/versions/1.0.0/`);
  return JSON.parse(Buffer.concat(await Array.fromAsync(body)).toString());
}

async function lengthOf(body: AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0;
  for await (const chunk of body) bytes += chunk.length;
  return bytes;
}

async function growth(work: () => Promise<unknown>): Promise<number> {
  const before = live();
  let peak = before;
  let isDone = false;
  const working = work().finally(() => {
    isDone = true;
  });
  while (!isDone) {
    peak = Math.max(peak, live());
    await nextTurn();
  }
  const kept = [await working];
  // what the work gave is held until here
  return Math.max(peak, live()) - before + kept.length - 1;
}

function live(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
