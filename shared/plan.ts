import { readEnv } from './env.ts';
import { Fingerprints } from './fingerprints.ts';
import {
  attemptOf,
  type Group,
  markSent,
  openAttempt,
  type PlanCursor,
  sealGroup,
  storeCursor,
  storeSentParts,
} from './group.ts';
import { planKey, unchangedKey } from './keys.ts';
import type { Item, Kind, SplitEntry } from './kind.ts';
import { BLOCK_CLUSTERS } from './ledger.ts';
import { type ClusterMessage, clusterMessage } from './message.ts';
import { type Cluster, Packer } from './pack.ts';
import { clusterQueueUrl, deployedTiers, sendMessages } from './queue.ts';
import { getJsonLines, getObject, putObject } from './store.ts';

/** What all clusters of a group have in common. */
export type Header = Pick<ClusterMessage, 'run' | 'generation' | 'group' | 'kind' | 'source' | 'options'>;

export interface PlanOptions {
  readonly header: Header;
  readonly kind: Kind;
  /** The entries from a cursor of the kind's own on; from the start when there is none. */
  entries(cursor: string | undefined): AsyncIterable<SplitEntry>;
  /** True for an item that the last good manifest has with the same identity. */
  isUnchanged(item: Item): boolean;
  /** True when the function should hand itself on. */
  outOfTime(): boolean;
}

/** `sent`: every cluster is on its queue. `empty`: there is nothing to do. `handed on`: call again to go on. */
export type PlanOutcome = 'sent' | 'empty' | 'handed on' | 'taken over';

/**
 * Plans a group and sends it: plan parts of 128 clusters (one for each ledger block) go to S3, the group is sealed with
 * its totals, and only then are the clusters sent. Safe to call again at any point, by any number of callers.
 */
export async function planGroup(options: PlanOptions): Promise<PlanOutcome> {
  const { group } = options.header;
  let record = await openAttempt(group);
  if (record.clusters === undefined) {
    const outcome = await writePlan(options, record);
    if (typeof outcome === 'string') return outcome;
    record = outcome;
  }
  if (record.clusters === 0) return 'empty';
  if (record.sentAt !== undefined) return 'sent';
  return await sendPlan(options, record);
}

/** The identity of an item among those of its group, for the sets of unchanged ones. */
export const toFingerprint = (item: Pick<Item, 'id' | 'identity'>): string => `${item.id}\n${item.identity}`;

async function writePlan(options: PlanOptions, record: Group): Promise<Group | 'handed on' | 'taken over'> {
  const plan = await PlanWriter.open(options, record);
  for await (const { item, cursor } of remaining(options, record.cursor)) {
    await plan.add(item, cursor);
    if (plan.atCheckpoint && options.outOfTime()) return (await plan.handOn()) ? 'handed on' : 'taken over';
  }
  return (await plan.seal()) ?? 'taken over';
}

/** The entries after the cursor: by the kind's own cursor where it has one, else by skipping as many as were planned. */
async function* remaining(options: PlanOptions, cursor: PlanCursor | undefined): AsyncIterable<SplitEntry> {
  let skip = cursor && cursor.kind === undefined ? cursor.entries : 0;
  for await (const entry of options.entries(cursor?.kind)) {
    if (skip > 0) skip--;
    else yield entry;
  }
}

/** Collects clusters into plan parts and keeps the cursor that stands for all that is written. */
class PlanWriter {
  readonly #options: PlanOptions;
  readonly #attempt: number;
  readonly #segments: Group['segments'];
  readonly #packer: Packer;
  readonly #unchanged: Fingerprints;
  #part: string[] = [];
  #clusters: number;
  #items: number;
  #entries: number;
  #checkpoint: PlanCursor;

  static async open(options: PlanOptions, record: Group): Promise<PlanWriter> {
    return new PlanWriter(options, record, await loadUnchanged(options.header.group, record.cursor?.attempt));
  }

  private constructor(options: PlanOptions, record: Group, unchanged: Fingerprints) {
    const start = record.cursor ?? { entries: 0, clusters: 0, items: 0, attempt: record.attempt };
    this.#options = options;
    this.#attempt = record.attempt;
    this.#packer = new Packer(options.kind);
    this.#unchanged = unchanged;
    this.#clusters = start.clusters;
    this.#items = start.items;
    this.#entries = start.entries;
    this.#checkpoint = { ...start, attempt: record.attempt };
    const before = record.segments.filter((segment) => segment.part < start.clusters / BLOCK_CLUSTERS);
    this.#segments = [...before, { attempt: record.attempt, part: start.clusters / BLOCK_CLUSTERS }];
  }

  /** True when all that was taken so far is in written parts, so that nothing is lost by stopping here. */
  get atCheckpoint(): boolean {
    return this.#checkpoint.entries === this.#entries;
  }

  async add(item: Item, cursor: string | undefined): Promise<void> {
    this.#entries++;
    this.#items++;
    const skipped =
      item.failure === undefined &&
      this.#options.isUnchanged(item) &&
      this.#unchanged.add(toFingerprint(item));
    if (!skipped) for (const closed of this.#packer.add(item)) this.#take(closed);
    // A checkpoint needs closed clusters: when a part is about to be full, the open ones are closed too.
    const tiers = deployedTiers(this.#options.kind.name).length;
    if (this.#part.length >= BLOCK_CLUSTERS - tiers) await this.#closePart(cursor);
  }

  async #closePart(cursor: string | undefined): Promise<void> {
    for (const open of this.#packer.rest()) this.#take(open);
    if (this.#part.length < BLOCK_CLUSTERS) return;
    await this.#writePart();
    this.#checkpoint = {
      entries: this.#entries,
      kind: cursor,
      clusters: this.#clusters,
      items: this.#items,
      attempt: this.#attempt,
    };
  }

  #take(cluster: Cluster): void {
    this.#part.push(JSON.stringify({ index: this.#clusters++, ...cluster }));
  }

  async #writePart(): Promise<void> {
    const part = Math.floor((this.#clusters - 1) / BLOCK_CLUSTERS);
    const key = planKey(this.#options.header.group, this.#attempt, part);
    await putObject(readEnv(['results']).results, key, `${this.#part.join('\n')}\n`, 'application/x-ndjson');
    this.#part = [];
  }

  async handOn(): Promise<boolean> {
    const { group } = this.#options.header;
    await this.#storeUnchanged();
    return await storeCursor(group, this.#segments, this.#checkpoint);
  }

  async seal(): Promise<Group | undefined> {
    for (const open of this.#packer.rest()) this.#take(open);
    if (this.#part.length > 0) await this.#writePart();
    await this.#storeUnchanged();
    const totals = { clusters: this.#clusters, items: this.#items, unchanged: this.#unchanged.size };
    const seal = { attempt: this.#attempt, segments: this.#segments, ...totals };
    const sealed = await sealGroup(this.#options.header.group, seal);
    return sealed ? { ...seal, sentParts: 0, ok: 0, failed: 0, bytes: 0 } : undefined;
  }

  async #storeUnchanged(): Promise<void> {
    if (this.#unchanged.size === 0) return;
    const key = unchangedKey(this.#options.header.group, this.#attempt);
    await putObject(readEnv(['results']).results, key, this.#unchanged.toBytes(), 'application/octet-stream');
  }
}

/** The items that a plan attempt left out because the last manifest has them. */
export async function loadUnchanged(group: string, attempt: number | undefined): Promise<Fingerprints> {
  const body =
    attempt === undefined
      ? undefined
      : await getObject(readEnv(['results']).results, unchangedKey(group, attempt));
  if (!body) return new Fingerprints();
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Fingerprints.fromBytes(Buffer.concat(chunks));
}

async function sendPlan({ header, outOfTime }: PlanOptions, record: Group): Promise<PlanOutcome> {
  const parts = Math.ceil((record.clusters ?? 0) / BLOCK_CLUSTERS);
  for (let part = record.sentParts; part < parts; part++) {
    if (part > record.sentParts && outOfTime()) {
      await storeSentParts(header.group, part);
      return 'handed on';
    }
    await sendPart(header, record, part, () => true);
  }
  await markSent(header.group);
  return 'sent';
}

/** Sends the clusters of one plan part that `wanted` names by their index. */
export async function sendPart(
  header: Header,
  record: Pick<Group, 'clusters' | 'segments'>,
  part: number,
  wanted: (index: number) => boolean,
): Promise<number> {
  const queues = new Map<string, ClusterMessage[]>();
  let sent = 0;
  for await (const message of planPart(header, record, part)) {
    if (!wanted(message.index)) continue;
    const url = clusterQueueUrl(message.kind, message.memoryMb);
    queues.set(url, [...(queues.get(url) ?? []), message]);
    sent++;
  }
  for (const [url, messages] of queues) await sendMessages(url, messages, header.run);
  return sent;
}

async function* planPart(
  header: Header,
  record: Pick<Group, 'clusters' | 'segments'>,
  part: number,
): AsyncIterable<ClusterMessage> {
  const key = planKey(header.group, attemptOf(record.segments, part), part);
  const lines = await getJsonLines(readEnv(['results']).results, key);
  if (!lines) throw new Error(`expected the plan part ${key}, found none`);
  for await (const line of lines) {
    yield clusterMessage.parse({
      type: 'cluster',
      ...header,
      clusters: record.clusters,
      ...(line as object),
    });
  }
}
