import { deployedTiers, tierFor } from '../aws/queue.ts';
import { toAsciiJson } from '../json/lines.ts';
import type { Item, Kind } from '../kind.ts';

/** The items of one message before it has its place in the group. */
export interface Cluster {
  readonly memoryMb: number;
  readonly items: readonly Item[];
}

/** A message is billed in chunks of 64 KiB and may have 1 MiB; a few chunks leave room for everything around the items. */
const CLUSTER_MESSAGE_BYTES = 192 * 1024;

/** A cluster may have one more call for each so many calls before it: the clusters of a short list have one. */
const CALLS_BEFORE_MORE = 64;

interface Open {
  items: Item[];
  calls: number;
  bytes: number;
  seconds: number;
  messageBytes: number;
}

/**
 * Packs items into clusters, one open cluster per tier, bounded by count, source bytes, estimated seconds and message
 * size. Items of one tier keep their order. The memory estimate chooses the tier: the smallest that holds the item.
 */
export class Packer {
  readonly #kind: Kind;
  readonly #open = new Map<number, Open>();

  constructor(kind: Kind) {
    this.#kind = kind;
  }

  /** Takes one item; returns the clusters that it closed: the one that had no room for it, and itself if it goes alone. */
  add(item: Item): Cluster[] {
    const estimate = this.#kind.estimate(item);
    const memoryMb = tierFor(this.#kind.name, Math.max(estimate.memoryMb, item.placement?.memoryMb ?? 0));
    if (item.placement !== undefined || !Number.isFinite(estimate.memoryMb))
      return [{ memoryMb, items: [item] }];
    const size = {
      bytes: item.bytes,
      seconds: estimate.seconds,
      messageBytes: toAsciiJson(item).length,
    };
    const open = this.#open.get(memoryMb);
    if (open && (isSameCall(open, item) || this.#hasRoom(open, size, item.call))) {
      open.calls += isSameCall(open, item) ? 0 : 1;
      open.items.push(item);
      open.bytes += size.bytes;
      open.seconds += size.seconds;
      open.messageBytes += size.messageBytes;
      return [];
    }
    this.#open.set(memoryMb, { items: [item], calls: 1, ...size });
    return open ? [{ memoryMb, items: open.items }] : [];
  }

  /** The clusters that are still open. */
  *rest(): Iterable<Cluster> {
    for (const [memoryMb, open] of this.#open) yield { memoryMb, items: open.items };
    this.#open.clear();
  }

  #hasRoom(open: Open, size: Omit<Open, 'items' | 'calls'>, call = 0): boolean {
    const limit = this.#kind.limits.cluster;
    const calls = Math.min(limit.calls ?? Number.POSITIVE_INFINITY, 1 + Math.floor(call / CALLS_BEFORE_MORE));
    return (
      (limit.calls === undefined || open.calls < calls) &&
      open.items.length < limit.items &&
      open.bytes + size.bytes <= limit.bytes &&
      open.seconds + size.seconds <= limit.seconds &&
      open.messageBytes + size.messageBytes <= CLUSTER_MESSAGE_BYTES
    );
  }
}

/** The kind bounds its calls; one is never spread over clusters. */
const isSameCall = (open: Open, { call }: Item): boolean =>
  call !== undefined && open.items.at(-1)?.call === call;

/** The next larger tier, if there is one. */
export function tierAbove(kind: string, memoryMb: number): number | undefined {
  return deployedTiers(kind).find((tier) => tier > memoryMb);
}
