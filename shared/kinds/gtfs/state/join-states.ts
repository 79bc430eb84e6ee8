import type { Output, ProcessContext } from '../../../kind.ts';
import type { GtfsOptions, TableRef } from '../item-data.ts';
import { Notices } from '../notices/notices.ts';
import { concatArrays } from './concat.ts';
import { checkKeys } from './duplicate-keys.ts';
import { SEQUENCES } from './facts.ts';
import { joinSequence } from './join-sequence.ts';
import type { State, StateArray } from './state.ts';

export interface Joined {
  readonly state: State;
  /** Beside the table's own. */
  readonly outputs: readonly Output[];
}

/** Rows of a sequence are looked at as they pass by, and not kept. */
const PASSING = /^(number|seq|a|b|dist|window|run\..*)$/;

/** Puts the states of a table's parts together, and checks what needs all of its rows. `states` may be asked for again. */
export async function joinStates(
  states: () => AsyncIterable<State>,
  ref: TableRef,
  context: Pick<ProcessContext<GtfsOptions>, 'put'>,
): Promise<Joined> {
  const notices = new Notices();
  const isSequence = ref.table in SEQUENCES;
  const { info, collected } = await collect(states, notices, (name) => !(isSequence && PASSING.test(name)));
  const arrays = new Map([...collected].map(([name, parts]) => [name, concatTexts(name, parts, collected)]));
  const joined = isSequence ? await joinSequence(states, ref, notices, context) : undefined;
  for (const [name, array] of joined?.arrays ?? []) arrays.set(name, array);
  if (!isSequence) checkKeys({ info, arrays }, notices);
  return { state: { info: { ...info, notices: notices.list() }, arrays }, outputs: joined?.outputs ?? [] };
}

type Collected = Map<string, StateArray[]>;

/** Sums and arrays of all parts. @throws Error where there is none */
async function collect(
  states: () => AsyncIterable<State>,
  notices: Notices,
  isKept: (name: string) => boolean,
): Promise<{ info: State['info']; collected: Collected }> {
  const collected: Collected = new Map();
  let sum: State['info'] | undefined;
  for await (const { info, arrays } of states()) {
    sum = { ...info, rows: info.rows + (sum?.rows ?? 0), rejects: info.rejects + (sum?.rejects ?? 0) };
    notices.merge(info.notices);
    for (const [name, array] of arrays) if (isKept(name)) addTo(collected, name, array);
  }
  if (!sum) throw new Error('expected at least one part of a table');
  return { info: sum, collected };
}

function addTo(collected: Collected, name: string, array: StateArray): void {
  const parts = collected.get(name) ?? [];
  parts.push(array);
  collected.set(name, parts);
}

/** Ends of texts count from the first byte of all parts. */
function concatTexts(
  name: string,
  parts: readonly StateArray[],
  collected: ReadonlyMap<string, readonly StateArray[]>,
): StateArray {
  if (!name.endsWith('.end')) return concatArrays(parts);
  const texts = collected.get(name.replace(/end$/, 'text')) ?? [];
  let before = 0;
  const moved = parts.map((ends, part) => {
    const from = before;
    before += texts[part]?.length ?? 0;
    return Uint32Array.from(ends, (end) => end + from);
  });
  return concatArrays(moved);
}
