import * as z from 'zod';
import { SmallbatchError } from '../../../shared/errors.ts';
import { defineKind, type Item, type Outcome, type ProcessContext } from '../../../shared/kind.ts';
import { registerKind } from '../../../shared/kinds/index.ts';

/**
 * A kind for tests: its source is JSON lines, one item each; the line says what the item does. Importing this module
 * registers it, in the test's process and (by way of the bundle) in the functions.
 */
const line = z.object({
  id: z.string(),
  /** Part of the output and of the identity: another text is another item. */
  text: z.string().default(''),
  /**
   * `echo` writes the text; `throw` fails; `expand` becomes `children` echo items, joined in order; `fail-join` expands,
   * and what it joins throws; `kill-join` expands, and its join kills the function; `expand-badly` becomes children that can't be
   * planned; `read` expands, and reads the source in both steps; `exit` ends its thread; `kill` kills the whole function; `break-split` ends the whole source at its line, `throw-split`
   * has split fail there each time.
   */
  does: z
    .enum([
      'echo',
      'throw',
      'expand',
      'fail-join',
      'kill-join',
      'expand-badly',
      'read',
      'exit',
      'kill',
      'break-split',
      'throw-split',
    ])
    .default('echo'),
  children: z.number().default(0),
  /** How long it takes, in milliseconds. */
  ms: z.number().default(0),
});
export type ToyLine = z.input<typeof line>;
type Line = z.output<typeof line>;

export const toy = defineKind<{ perCluster?: string }, Line>({
  name: 'toy',
  version: 1,
  title: 'JSON lines that say what they do',
  options: z.strictObject({ perCluster: z.string().optional() }),
  data: line,
  limits: {
    memoryMb: [512],
    timeoutSeconds: 20,
    itemSeconds: 10,
    concurrency: 4,
    scratchMb: 512,
    cluster: { items: 3, bytes: 1 << 20, seconds: 60 },
  },
  accepts: (name) => name.endsWith('.toy'),
  estimate: () => ({ memoryMb: 64, seconds: 0.01 }),
  split: async () =>
    async function* ({ source }) {
      const text = new TextDecoder().decode(await source.read(0, source.size));
      for (const json of text.split('\n').filter((each) => each !== '')) {
        const data = line.parse(JSON.parse(json));
        if (data.does === 'break-split')
          throw new SmallbatchError('SOURCE_TOO_LARGE', `asked to break by ${data.id}`);
        if (data.does === 'throw-split') throw new Error(`asked to throw by ${data.id}`);
        yield { item: { id: data.id, identity: JSON.stringify(data), bytes: json.length, data } };
      }
    },
  work: async () => ({
    async process(item, context) {
      await new Promise((resolve) => setTimeout(resolve, item.data.ms));
      if (item.data.does === 'expand-badly') return { type: 'expand', items: [toBadChild(item)] };
      await act(item, context, ['throw', 'exit', 'kill', 'read']);
      if (['expand', 'fail-join', 'kill-join', 'read'].includes(item.data.does))
        return { type: 'expand', items: toChildren(item) };
      return await echo(item, context);
    },
    async join(item, context) {
      await act(item, context, ['fail-join', 'kill-join', 'read']);
      const texts: string[] = [];
      for await (const { outputs } of context.results) {
        for (const output of outputs) {
          const chunks = await Array.fromAsync(context.read(output));
          texts.push(Buffer.concat(chunks).toString());
        }
      }
      const output = await context.put(`${item.id}.txt`, texts.join(','), 'text/plain');
      return { type: 'done', outputs: [output], detail: { children: texts.length } };
    },
  }),
});

/** What an item does in one of the steps, if it is to do it there. */
async function act(
  { id, data: { does } }: Item<Line>,
  { source }: ProcessContext<unknown>,
  here: readonly Line['does'][],
): Promise<void> {
  if (!here.includes(does)) return;
  if (does === 'read') await source.read(0, 1);
  else if (does === 'exit') process.exit(1);
  else if (does === 'kill' || does === 'kill-join') process.kill(process.pid, 'SIGKILL');
  else throw new Error(`asked to throw by ${id}`);
}

async function echo(item: Item<Line>, context: ProcessContext<unknown>): Promise<Outcome<Line>> {
  const output = await context.put(`${item.id}.txt`, item.data.text, 'text/plain');
  return { type: 'done', outputs: [output] };
}

function toChildren(item: Item<Line>): Item<Line>[] {
  return Array.from({ length: item.data.children }, (_, n) => {
    const id = `${item.id}/${String(n).padStart(4, '0')}`;
    const data: Line = { id, text: `${item.data.text}${n}`, does: 'echo', children: 0, ms: item.data.ms };
    return { id, identity: data.text, bytes: 10, data };
  });
}

/** Passes from thread to thread, but not into a message. */
function toBadChild(item: Item<Line>): Item<Line> {
  const data: Line = { ...item.data, does: 'echo', ms: 1n as never };
  return { id: item.id, identity: '', bytes: 1, data };
}

registerKind(toy as never);
