import { UsageError } from '../../shared/command/usage-error.ts';
import type { Item, SplitContext } from '../../shared/kind.ts';
import { type Cluster, Packer } from '../../shared/plan/pack.ts';
import { fileSource } from '../../shared/range-source.ts';
import { toSafeText } from '../../shared/safe-text/safe-text.ts';
import { type CallPlan, toCallCost } from './call-cost.ts';
import type { LocalSource } from './source.ts';

/** Rows that can't be read, of which so many are shown. */
const SHOWN = 10;
/** What SQS bills as one request. */
const CHUNK_BYTES = 64 * 1024;
/** What stands around the items of a message: the run, its source and options. */
const ENVELOPE_BYTES = 600;

export interface DryRun extends CallPlan {
  readonly failures: readonly string[];
  readonly omitted: Readonly<Record<string, number>>;
}

/**
 * Reads a list as split does, and packs it as the plan is; nothing is sent, stored or looked up. What earlier runs have done is
 * not known to it. @throws UsageError for a kind that does not call
 */
export async function dryRun(
  source: LocalSource,
  options: Readonly<Record<string, string>>,
): Promise<DryRun> {
  const { kind } = source;
  if (kind.limits.cluster.calls === undefined)
    throw new UsageError(`--dry-run: expected a list for the kind rows, found one for ${kind.name}`);
  // The packer asks for the tiers that are deployed.
  process.env.CLUSTER_QUEUE_URLS ??= JSON.stringify({ [`${kind.name}-${kind.limits.memoryMb[0]}`]: 'none' });
  const tally = new Tally();
  const packer = new Packer(kind);
  const file = await fileSource(source.path);
  try {
    const split = await kind.split();
    for await (const { item } of split(
      toContext({ ...file, key: source.key }, kind.options.parse(options), tally),
    )) {
      tally.item(item);
      for (const cluster of packer.add(item)) tally.cluster(cluster);
    }
    for (const cluster of packer.rest()) tally.cluster(cluster);
    return tally.toJson();
  } finally {
    await file.close();
  }
}

function toContext(
  source: SplitContext<unknown>['source'],
  options: unknown,
  tally: Tally,
): SplitContext<unknown> {
  const refuse = () => Promise.reject(new UsageError('--dry-run: the list names what lies elsewhere'));
  return {
    source,
    options,
    allowedHosts: [],
    servers: async () => [],
    secret: refuse,
    objects: { open: refuse, list: () => ({ [Symbol.asyncIterator]: () => ({ next: refuse }) }) },
    startedAt: new Date(),
    isUnchanged: () => false,
    leaveOut: (what) => tally.leaveOut(what),
    companion: async () => undefined,
    previous: () => ({
      [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true, value: undefined }) }),
    }),
  };
}

class Tally {
  readonly #counts = { items: 0, bad: 0, calls: 0, messages: 0, messageChunks: 0, bytes: 0 };
  readonly #failures: string[] = [];
  readonly #omitted = new Map<string, number>();
  #lastCall = -1;

  item({ failure, call = 0, bytes }: Item): void {
    this.#counts.items++;
    this.#counts.bytes += bytes;
    if (failure) {
      this.#counts.bad++;
      if (this.#failures.length < SHOWN) this.#failures.push(`${failure.code}: ${failure.message}`);
    } else if (call !== this.#lastCall) {
      this.#lastCall = call;
      this.#counts.calls++;
    }
  }

  cluster({ items }: Cluster): void {
    this.#counts.messages++;
    this.#counts.messageChunks += Math.ceil((JSON.stringify(items).length + ENVELOPE_BYTES) / CHUNK_BYTES);
  }

  leaveOut(what: string): void {
    this.#omitted.set(what, (this.#omitted.get(what) ?? 0) + 1);
  }

  toJson(): DryRun {
    return { ...this.#counts, failures: this.#failures, omitted: Object.fromEntries(this.#omitted) };
  }
}

/** A dry run for a person. */
export function toDryText(found: DryRun): string {
  const { items, bad, bytes, calls, messages, failures, omitted } = found;
  const { engine, invocations } = toCallCost(found);
  const lines = [
    `${items} rows (${bytes} bytes), ${bad} of them can not be read`,
    ...Object.entries(omitted).map(([what, count]) => `  left out  ${count} ${what}`),
    ...failures.map((failure) => `  failed    ${failure}`),
    `${calls} clusters (calls of the function) in ${messages} messages`,
    `about $${engine.toFixed(6)} of requests on AWS, and $${invocations.toFixed(6)} for calling the function, whose own time comes on top`,
    'Nothing was sent. What earlier runs have done was not looked at.',
  ];
  return lines.map(toSafeText).join('\n');
}
