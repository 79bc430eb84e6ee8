import type { Output, ProcessContext } from '../../../kind.ts';
import type { GtfsOptions, TableRef } from '../item-data.ts';
import { Notices } from '../notices/notices.ts';
import { concatArrays } from './concat.ts';
import { checkKeys } from './duplicate-keys.ts';
import { SEQUENCES } from './facts.ts';
import { JoinedReferences } from './join-references.ts';
import { joinSequence } from './join-sequence.ts';
import { RunHashes } from './runs.ts';
import type { State, StateArray } from './state.ts';

export interface Joined {
  readonly state: State;
  /** Beside the table's own. */
  readonly outputs: readonly Output[];
}

/** Rows of a sequence are looked at as they pass by, and not kept. */
const PASSING = /^(number|seq|a|b|dist|window|run\..*)$/;
const REFERENCES = /^ref\./;

/** Puts the states of a table's parts together, and checks what needs all of its rows. `states` may be asked for again. */
export async function joinStates(
  states: () => AsyncIterable<State>,
  ref: TableRef,
  context: Pick<ProcessContext<GtfsOptions>, 'put'>,
): Promise<Joined> {
  const notices = new Notices();
  const isSequence = ref.table in SEQUENCES;
  const references = new JoinedReferences();
  const runs = new RunHashes();
  const { info, collected } = await collect(states, notices, (part) => {
    references.add(part.arrays);
    if (isSequence) runs.add(part);
    return (name) => !REFERENCES.test(name) && !(isSequence && PASSING.test(name));
  });
  const arrays = references.toArrays();
  for (const [name, parts] of collected) arrays.set(name, concatTexts(name, parts, collected));
  const joined = isSequence
    ? await joinSequence(states, runs.scattered(), { ref, notices, context })
    : undefined;
  for (const [name, array] of joined?.arrays ?? []) arrays.set(name, array);
  if (!isSequence) checkKeys({ info, arrays }, notices);
  return { state: { info: { ...info, notices: notices.list() }, arrays }, outputs: joined?.outputs ?? [] };
}

type Collected = Map<string, StateArray[]>;

/** Sums of all parts, and those of their arrays that `look` wants kept. @throws Error where there is none */
async function collect(
  states: () => AsyncIterable<State>,
  notices: Notices,
  look: (part: State) => (name: string) => boolean,
): Promise<{ info: State['info']; collected: Collected }> {
  const collected: Collected = new Map();
  let sum: State['info'] | undefined;
  for await (const part of states()) {
    const { info, arrays } = part;
    const isKept = look(part);
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
