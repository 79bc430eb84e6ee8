import { SmallbatchError } from '../../errors.ts';
import type { SplitContext, SplitEntry } from '../../kind.ts';
import { CallNumbers } from './call-numbers.ts';
import { type ListEntry, openList } from './open-list.ts';
import { RowIds } from './row-ids.ts';
import { type RowItem, toBadItem, toRowItem, toVirtualItem } from './row-items.ts';
import type { RowsData, RowsOptions } from './schema.ts';

/**
 * The rows of a list, one item each. There is no cursor: a split that hands itself on reads the list from the start and skips
 * what is planned, since how often a row came before is part of its id.
 * @throws SmallbatchError LIST_INVALID, and LIST_LINE_INVALID or ITEM_TOO_LARGE if the run is strict
 */
export async function* split(context: SplitContext<RowsOptions>): AsyncGenerator<SplitEntry<RowsData>> {
  const { options } = context;
  const calls = new CallNumbers(options);
  const ids = new RowIds();
  let n = 0;
  for await (const entry of await openList(context)) {
    const item = toItem(entry, n++, ids, options);
    if (options.strict && item.failure) throw new SmallbatchError(item.failure.code, item.failure.message);
    const isLeftOut = item.failure !== undefined || context.isUnchanged(item);
    yield { item: { ...item, call: calls.next(item, isLeftOut) } };
    if (n === options.first) return;
  }
}

function toItem(entry: ListEntry, n: number, ids: RowIds, options: RowsOptions): RowItem {
  switch (entry.type) {
    case 'virtual':
      return toVirtualItem(n);
    case 'row':
      return toRowItem(entry, n, ids);
    case 'bad':
      return toBadItem(entry, n, options);
    default:
      return entry satisfies never;
  }
}
