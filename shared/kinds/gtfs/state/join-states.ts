import type { Output, ProcessContext } from '../../../kind.ts';
import type { GtfsOptions, TableRef } from '../item-data.ts';
import { Notices } from '../notices/notices.ts';
import { concatArrays } from './concat.ts';
import type { State, StateArray } from './state.ts';

export interface Joined {
  readonly state: State;
  readonly outputs: readonly Output[];
}

/** Puts the states of a table's parts together, and checks what needs all of its rows. `states` may be asked for again. */
export async function joinStates(
  states: () => AsyncIterable<State>,
  _context: Pick<ProcessContext<GtfsOptions>, 'put'>,
  _ref: TableRef,
): Promise<Joined> {
  const notices = new Notices();
  const collected = new Map<string, StateArray[]>();
  let first: State['info'] | undefined;
  let rows = 0;
  let rejects = 0;
  for await (const { info, arrays } of states()) {
    first ??= info;
    rows += info.rows;
    rejects += info.rejects;
    notices.merge(info.notices);
    for (const [name, array] of arrays) collected.set(name, [...(collected.get(name) ?? []), array]);
  }
  if (!first) throw new Error('expected at least one part of a table');
  const arrays = new Map([...collected].map(([name, parts]) => [name, concatArrays(parts)]));
  return { state: { info: { ...first, rows, rejects, notices: notices.list() }, arrays }, outputs: [] };
}
