/** A complete kind: each line of a text becomes a file of its own. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { newFailure } from '../../shared/errors.ts';
import { defineKind, type SplitContext, type SplitEntry } from '../../shared/kind.ts';
import { readChunks } from '../../shared/lists/bytes.ts';
import { readLines } from '../../shared/lists/lines.ts';

const LINE_BYTES_MAX = 100_000;
const data = z.object({ from: z.int(), to: z.int() });
type Line = z.infer<typeof data>;

export const lines = defineKind<object, Line>({
  name: 'lines',
  version: 1,
  title: 'Lines of a text to files of their own',
  options: z.strictObject({}),
  data,
  limits: {
    memoryMb: [256],
    timeoutSeconds: 60,
    itemSeconds: 10,
    concurrency: 4,
    scratchMb: 512,
    cluster: { items: 50, bytes: 1_000_000, seconds: 30 },
  },
  accepts: (name) => name.endsWith('.lines'),
  estimate: () => ({ memoryMb: 128, seconds: 0.1 }),
  split: async () => split,
  work: async () => ({
    async process({ id, data: { from, to } }, { source, put }) {
      return { type: 'done', outputs: [await put(`${id}.txt`, await source.read(from, to), 'text/plain')] };
    },
  }),
});

/** Holds one line at a time. A split that hands itself on goes on behind the last line, by its number and its end. */
async function* split({ source, cursor = '0:0' }: SplitContext<object>): AsyncGenerator<SplitEntry<Line>> {
  const [before = 0, start = 0] = cursor.split(':').map(Number);
  for await (const { line, byte, bytes, length } of readLines(readChunks(source, start), LINE_BYTES_MAX)) {
    const [id, from, to] = [String(before + line), start + byte, start + byte + length];
    const identity = createHash('sha256')
      .update(bytes ?? '')
      .digest('hex');
    const failure = bytes
      ? undefined
      : newFailure(
          'ITEM_TOO_LARGE',
          `line ${id}: expected ${LINE_BYTES_MAX} bytes at the most, found ${length}`,
        );
    yield { item: { id, identity, bytes: length, data: { from, to }, failure }, cursor: `${id}:${to + 1}` };
  }
}
