import * as z from 'zod';
import { defineKind } from '../../../shared/kind.ts';
import { registerKind } from '../../../shared/kinds/index.ts';

/** A kind for loads: its source says how many items there are, which do nothing, or write one small output each. */
const numbers = z.object({ items: z.number(), perCluster: z.number(), hasOutputs: z.boolean() });
export type Numbers = z.output<typeof numbers>;
const data = z.object({ n: z.number(), hasOutput: z.boolean() });

const numbersKind = defineKind<Record<string, never>, z.output<typeof data>>({
  name: 'numbers',
  version: 1,
  title: 'a number of items',
  options: z.strictObject({}),
  data,
  limits: {
    memoryMb: [512],
    timeoutSeconds: 60,
    itemSeconds: 20,
    concurrency: 20,
    scratchMb: 512,
    cluster: { items: 1000, bytes: 100, seconds: 600 },
  },
  accepts: (name) => name.endsWith('.numbers'),
  estimate: () => ({ memoryMb: 64, seconds: 0.01 }),
  split: async () =>
    async function* ({ source, cursor }) {
      const text = new TextDecoder().decode(await source.read(0, source.size));
      const { items, perCluster, hasOutputs } = numbers.parse(JSON.parse(text));
      for (let n = Number(cursor ?? 0); n < items; n++) {
        const item = {
          id: `i${n}`,
          identity: 'v1',
          bytes: 100 / perCluster,
          data: { n, hasOutput: hasOutputs },
        };
        yield { item, cursor: String(n + 1) };
      }
    },
  work: async () => ({
    async process({ id, data: { n, hasOutput } }, { put }) {
      const outputs = hasOutput ? [await put(`o/${id}.txt`, `number ${n}`, 'text/plain')] : [];
      return { type: 'done', outputs };
    },
  }),
});

registerKind(numbersKind as never);
