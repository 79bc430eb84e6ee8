import * as z from 'zod';
import { defineKind } from '../../../shared/kind.ts';
import { registerKind } from '../../../shared/kinds/index.ts';

/**
 * A kind for tests: hostile and unlucky items. Its source is JSON lines; importing this module registers it, in the
 * test's process and (by way of the bundle) in the functions.
 */
export const MISDEEDS = [
  'ok', // writes a few bytes
  'leak', // keeps 1 MB for the life of its thread
  'hold', // takes `mb` honestly, in Buffers, and gives it back
  'heap', // grows the JavaScript heap without end
  'buffers', // grows Buffers without end
  'wasm', // grows WASM memory without end
  'spin', // never ends
  'throw', // an ordinary failure
  'abort', // process.abort(), which a worker thread may not call
  'exit', // ends its thread
  'sigabrt', // ends the whole function
  'sigkill', // takes memory faster than anything but the hard limit can stop
] as const;

const line = z.object({ id: z.string(), does: z.enum(MISDEEDS), mb: z.number().default(0) });
export type TortureLine = z.input<typeof line>;
type Line = z.output<typeof line>;

/** A line whose id begins so misbehaves when the source is split. */
export const IN_SPLIT = 'split-';

const MB = 1024 * 1024;
const ENDLESS_MB = 16_384;
/** One native call that runs on after its thread was asked to end. */
const SIGKILL_MB = 4096;
const PAGES_A_MB = 16;
const WASM_STEP_MB = 16;
const leaked: Buffer[] = [];

export const torture = defineKind<Record<string, never>, Line>({
  name: 'torture',
  version: 1,
  title: 'JSON lines that misbehave',
  options: z.strictObject({}),
  data: line,
  limits: {
    memoryMb: [512, 2048],
    timeoutSeconds: 60,
    itemSeconds: 8,
    concurrency: 4,
    scratchMb: 512,
    cluster: { items: 25, bytes: 1 << 20, seconds: 30 },
  },
  accepts: (name) => name.endsWith('.torture'),
  estimate: () => ({ memoryMb: 32, seconds: 0.01 }),
  split: async () =>
    async function* ({ source }) {
      const text = new TextDecoder().decode(await source.read(0, source.size));
      for (const json of text.split('\n').filter((each) => each !== '')) {
        const data = line.parse(JSON.parse(json));
        if (data.id.startsWith(IN_SPLIT)) take(data);
        yield { item: { id: data.id, identity: JSON.stringify(data), bytes: data.mb * MB, data } };
      }
    },
  work: async () => ({
    async process(item, context) {
      context.stage('read');
      const held = take(item.data);
      context.stage('write');
      const output = await context.put(`${item.id}.txt`, `${item.data.does} ${held}`, 'text/plain');
      return { type: 'done', outputs: [output] };
    },
  }),
});

/** Does what the item says; returns how many MB it held. */
function take({ does, mb }: Line): number {
  switch (does) {
    case 'ok':
      return 0;
    case 'leak':
      return leaked.push(Buffer.alloc(MB, 1));
    case 'hold':
      return holdBuffers(mb);
    case 'buffers':
      return holdBuffers(ENDLESS_MB);
    case 'heap':
      return holdHeap(ENDLESS_MB);
    case 'wasm':
      return holdWasm(ENDLESS_MB);
    case 'spin':
      for (;;);
    case 'throw':
      throw new Error('asked to throw');
    case 'abort':
      return process.abort();
    case 'exit':
      return process.exit(1);
    case 'sigabrt':
      process.kill(process.pid, 'SIGABRT');
      return holdForever();
    case 'sigkill':
      return Buffer.alloc(SIGKILL_MB * MB, 1).length;
    default:
      return does satisfies never;
  }
}

function holdForever(): never {
  for (;;);
}

function holdBuffers(mb: number): number {
  const held: Buffer[] = [];
  for (let taken = 0; taken < mb; taken += 4) held.push(Buffer.alloc(4 * MB, 1));
  return held.length * 4;
}

function holdHeap(mb: number): number {
  const held: number[][] = [];
  const NUMBERS = MB / 8;
  for (let taken = 0; taken < mb; taken++) held.push(new Array<number>(NUMBERS).fill(0.5));
  return held.length;
}

function holdWasm(mb: number): number {
  const memories: WebAssembly.Memory[] = [];
  for (let taken = 0; taken < mb; taken += WASM_STEP_MB) {
    const memory = new WebAssembly.Memory({ initial: 0 });
    memory.grow(WASM_STEP_MB * PAGES_A_MB);
    new Uint8Array(memory.buffer).fill(1);
    memories.push(memory);
  }
  return memories.length * WASM_STEP_MB;
}

registerKind(torture as never);
