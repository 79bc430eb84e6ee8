import type { CallContext } from '../../kind.ts';
import type { RowItem } from './row-items.ts';
import type { RowsOptions } from './schema.ts';

/** What goes to the function at once. */
export interface Call {
  readonly number: number;
  readonly items: readonly RowItem[];
}

/** The items of a cluster by their calls, in order. */
export function toCalls(items: readonly RowItem[]): Call[] {
  const calls: { number: number; items: RowItem[] }[] = [];
  for (const item of items) {
    const number = item.call ?? 0;
    const last = calls.at(-1);
    if (last?.number === number) last.items.push(item);
    else calls.push({ number, items: [item] });
  }
  return calls;
}

/**
 * `{run, cluster, clusters, offset, limit, items}`: the items are last, and the bytes that they are in the list. A virtual list
 * has none. `offset` is the first row's number in the list, from 0.
 */
export function toEvent(
  call: Call,
  json: readonly Buffer[] | undefined,
  { run, calls }: Pick<CallContext<RowsOptions>, 'run' | 'calls'>,
): Buffer {
  const head = JSON.stringify({
    run,
    cluster: call.number,
    clusters: calls,
    offset: call.items[0]?.data.n ?? 0,
    limit: call.items.length,
  });
  if (!json) return Buffer.from(head);
  const parts: Buffer[] = [Buffer.from(`${head.slice(0, -1)},"items":[`)];
  for (const [index, each] of json.entries()) parts.push(index === 0 ? each : Buffer.concat([COMMA, each]));
  return Buffer.concat([...parts, Buffer.from(']}')]);
}

const COMMA = Buffer.from(',');
