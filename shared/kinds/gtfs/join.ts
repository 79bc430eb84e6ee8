import { newFailure, SmallbatchError } from '../../errors.ts';
import type { Failure, Item, ItemResult, JoinContext, Outcome, Output } from '../../kind.ts';
import type { GtfsData, GtfsOptions } from './item-data.ts';
import { STATE_TYPE, statePath } from './output-paths.ts';
import { joinStates } from './state/join-states.ts';
import { decodeState, encodeState, type State } from './state/state.ts';

/** Joins the slices of a table: their outputs lie where they stay, their states become the table's. */
export async function joinItem(
  item: Item<GtfsData>,
  context: JoinContext<GtfsOptions>,
): Promise<Outcome<GtfsData>> {
  const { data } = item;
  if (data.type !== 'table')
    throw new SmallbatchError('JOIN_FAILED', `${item.id}: expected a table, found "${data.type}"`);
  const outputs: Output[] = [];
  const parts: Output[] = [];
  let failure: Failure | undefined;
  for await (const result of context.results) {
    failure ??= failureOf(result);
    const [state, ...others] = result.outputs;
    if (state) parts.push(state);
    outputs.push(...others);
  }
  if (parts.length === 0)
    return {
      type: 'done',
      outputs,
      failure: failure ?? newFailure('JOIN_FAILED', 'no slice of the table was read'),
    };
  const joined = await joinStates(() => readStates(parts, context), data, context);
  const state = await context.put(statePath(data.feed, data.table), encodeState(joined.state), STATE_TYPE);
  const { rows, rejects } = joined.state.info;
  return {
    type: 'done',
    outputs: [...outputs, ...joined.outputs, state],
    detail: { rows, rejects },
    failure,
  };
}

/** The pass that cut the table met a broken place, or a slice failed. */
function failureOf({ id, failure }: ItemResult): Failure | undefined {
  if (!failure) return undefined;
  const { code, message } = failure;
  return newFailure(
    code,
    id === 'broken' ? `${message}; the rows before it are published` : `${id}: ${message}`,
  );
}

async function* readStates(
  parts: readonly Output[],
  { read }: JoinContext<GtfsOptions>,
): AsyncGenerator<State> {
  for (const part of parts) yield decodeState(Buffer.concat(await Array.fromAsync(read(part))));
}
