import * as z from 'zod';
import { newFailure } from '../../../shared/errors.ts';
import {
  defineKind,
  type Item,
  type ItemResult,
  type Outcome,
  type ProcessContext,
} from '../../../shared/kind.ts';
import { registerKind } from '../../../shared/kinds/index.ts';

/**
 * A live kind for tests that uses what the toy kind does not: a companion, previous results, facts, a journal, secrets and an
 * index. Its source is JSON lines; so is its companion, whose lines come after them.
 */
const line = z.object({
  id: z.string(),
  text: z.string().default(''),
  /** Of its output, before the `.txt`; its id if not given. */
  path: z.string().optional(),
  /**
   * `echo` writes the text, `throw` fails, `half` does both; `secret` writes the secret named by the text, `count` what the journal
   * has seen of it.
   */
  does: z.enum(['echo', 'throw', 'half', 'secret', 'count']).default('echo'),
  ms: z.number().default(0),
});
export type FeedLine = z.input<typeof line>;
type Line = z.output<typeof line>;

const options = z.strictObject({
  /** Carries over what the source no longer names. */
  keep: z.boolean().default(false),
  /** Writes `list.txt` besides the index. */
  list: z.boolean().default(true),
});

export const feed = defineKind<z.output<typeof options>, Line>({
  name: 'feed',
  version: 1,
  title: 'JSON lines, live',
  options,
  data: line,
  limits: {
    memoryMb: [512],
    timeoutSeconds: 20,
    itemSeconds: 10,
    concurrency: 4,
    scratchMb: 512,
    cluster: { items: 3, bytes: 1 << 20, seconds: 60 },
  },
  companion: { suffix: '.more.json', of: '.feed' },
  isLive: true,
  newestInFolder: true,
  secretOptions: ['text'],
  resultOptions: () => ({}),
  facts: ({ data }) => ({ does: data.does }),
  accepts: (name) => name.endsWith('.feed'),
  estimate: () => ({ memoryMb: 64, seconds: 0.01 }),
  split: async () =>
    async function* ({ source, companion, previous, options: { keep } }) {
      const bytes = [await source.read(0, source.size), (await companion(1000)) ?? new Uint8Array()];
      const items = bytes.flatMap((each) => toLines(each)).map(toItem);
      for (const item of items) yield { item };
      const named = new Set(items.map(({ id }) => id));
      for await (const result of previous())
        if (keep && !named.has(result.id)) yield { item: toSame(result) };
    },
  work: async () => ({
    process: echo,
    async finish({ options: { list }, results, put }) {
      const ids: string[] = [];
      for await (const { id, status } of results()) ids.push(`${id} ${status}`);
      await put('index/', ids.join(', '), 'text/plain');
      if (list) await put('list.txt', ids.join('\n'), 'text/plain');
    },
  }),
});

const toLines = (bytes: Uint8Array): Line[] =>
  new TextDecoder()
    .decode(bytes)
    .split('\n')
    .filter((each) => each !== '')
    .map((each) => line.parse(JSON.parse(each)));

function toItem(data: Line): Item<Line> {
  return { id: data.id, identity: JSON.stringify(data), bytes: 1, data };
}

function toSame({ id, identity }: ItemResult): Item<Line> {
  return { id, identity, bytes: 1, data: { id, text: '', does: 'echo', ms: 0 } };
}

async function echo({ id, data }: Item<Line>, context: ProcessContext<unknown>): Promise<Outcome<Line>> {
  await new Promise((resolve) => setTimeout(resolve, data.ms));
  if (data.does === 'throw') throw new Error(`asked to throw by ${id}`);
  const output = await context.put(`${data.path ?? id}.txt`, await toText(data, context), 'text/plain');
  if (data.does !== 'half') return { type: 'done', outputs: [output] };
  return { type: 'done', outputs: [output], failure: newFailure('PAGES_FAILED', 'asked to do half') };
}

async function toText(data: Line, { secret, journal }: ProcessContext<unknown>): Promise<string> {
  if (data.does === 'secret') return await secret(data.text, { option: 'text', to: [] });
  if (data.does !== 'count') return data.text;
  const seen = Number(new TextDecoder().decode(await journal.read(data.id))) + 1;
  await journal.write(data.id, String(seen));
  return String(seen);
}

registerKind(feed as never);
