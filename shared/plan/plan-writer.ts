import { createHash } from 'node:crypto';
import { readEnv } from '../aws/env.ts';
import { deployedTiers } from '../aws/queue.ts';
import { getJsonLines, getObject, putObject } from '../aws/store.ts';
import { newFailure } from '../errors.ts';
import { toAsciiJson, toJsonLine } from '../json/lines.ts';
import type { Item, Kind } from '../kind.ts';
import { attemptOf, type Group, type PlanCursor, sealGroup, storeCursor } from '../run/group.ts';
import { planKey, unchangedKey } from '../run/keys.ts';
import { BLOCK_CLUSTERS } from '../run/ledger.ts';
import { Fingerprints } from './fingerprints.ts';
import { type Cluster, Packer } from './pack.ts';

/** The identity of an item among those of its group, for the sets of unchanged ones. */
export const toFingerprint = (item: Pick<Item, 'id' | 'identity'>): string => `${item.id}\n${item.identity}`;

const NO_CALLS = { total: 0, planned: 0 };

/** Items that are not carried over, and their source bytes. */
export interface Planned {
  readonly items: number;
  readonly bytes: number;
}

/**
 * Collects the clusters of one plan attempt into plan parts. It can hand on after any entry: the part at work is written
 * as far as it goes, and the next attempt reads it back and writes it whole under its own name.
 */
export class PlanWriter {
  readonly #group: string;
  readonly #attempt: number;
  readonly #segments: Group['segments'];
  readonly #packer: Packer;
  readonly #tiers: number;
  readonly #unchanged: Fingerprints;
  #part: string[];
  #clusters: number;
  #items: number;
  #entries: number;
  /** Of the items that are not unchanged. */
  #bytes: number;
  readonly #calls: { total: number; planned: number };
  #lastCall = -1;

  static async open(group: string, kind: Kind, record: Group): Promise<PlanWriter> {
    const unchanged = await loadUnchanged(group, record.cursor?.attempt);
    return new PlanWriter(group, kind, record, unchanged, await loadOpenPart(group, record));
  }

  private constructor(group: string, kind: Kind, record: Group, unchanged: Fingerprints, openPart: string[]) {
    const start: Pick<PlanCursor, 'entries' | 'clusters' | 'items' | 'bytes' | 'calls'> = record.cursor ?? {
      entries: 0,
      clusters: 0,
      items: 0,
      bytes: 0,
      calls: NO_CALLS,
    };
    this.#group = group;
    this.#attempt = record.attempt;
    this.#packer = new Packer(kind);
    this.#tiers = deployedTiers(kind.name).length;
    this.#unchanged = unchanged;
    this.#part = openPart;
    this.#clusters = start.clusters;
    this.#items = start.items;
    this.#entries = start.entries;
    this.#bytes = start.bytes ?? 0;
    this.#calls = { ...(start.calls ?? NO_CALLS) };
    const part = partAt(start.clusters);
    const before = record.segments.filter((segment) => segment.part < part);
    this.#segments = [...before, { attempt: record.attempt, part }];
  }

  /** What is to be done so far. */
  get planned(): Planned {
    return { items: this.#items - this.#unchanged.size, bytes: this.#bytes };
  }

  /** Takes one item; an unchanged one is counted and remembered, as long as there is room for it. */
  async add(given: Item, isUnchanged: boolean): Promise<void> {
    const item = toSendable(given);
    this.#entries++;
    this.#items++;
    // Calls of a list whose numbers have a meaning count also where nothing is left of them to be done.
    if (item.call !== undefined) this.#calls.total = Math.max(this.#calls.total, item.call + 1);
    if (isUnchanged && item.failure === undefined && this.#unchanged.add(toFingerprint(item))) return;
    if (!this.isWithinCall(item)) await this.#endPart();
    this.#bytes += item.bytes;
    this.#seeCall(item);
    for (const closed of this.#packer.add(item)) this.#take(closed);
  }

  /** Would a cut before the item tear a call in two? */
  isWithinCall({ call }: Item): boolean {
    return call !== undefined && call === this.#lastCall;
  }

  /** Stores everything up to here and the cursor that stands for it; false when a newer attempt has taken over. */
  async handOn(kindCursor: string | undefined, omitted?: Group['omitted']): Promise<boolean> {
    await this.#endPart();
    this.#closeOpen();
    await this.#writePart();
    await this.#storeUnchanged();
    return await storeCursor(this.#group, this.#segments, {
      entries: this.#entries,
      kind: kindCursor,
      clusters: this.#clusters,
      items: this.#items,
      bytes: this.#bytes,
      calls: { ...this.#calls },
      omitted,
      attempt: this.#attempt,
    });
  }

  /** Ends the plan; undefined when a newer attempt has taken over. */
  async seal(omitted: Group['omitted'] = {}): Promise<Group | undefined> {
    await this.#endPart();
    this.#closeOpen();
    await this.#writePart();
    await this.#storeUnchanged();
    const totals = {
      clusters: this.#clusters,
      items: this.#items,
      unchanged: this.#unchanged.size,
      calls: { ...this.#calls },
      omitted,
    };
    const seal = { attempt: this.#attempt, segments: this.#segments, ...totals };
    const sealed = await sealGroup(this.#group, seal);
    return sealed ? { ...seal, sentParts: 0, ok: 0, failed: 0, bytes: 0 } : undefined;
  }

  #seeCall({ call }: Item): void {
    if (call === undefined || call === this.#lastCall) return;
    this.#lastCall = call;
    this.#calls.planned++;
  }

  /** Parts and ledger blocks are the same clusters: what is open is closed in time for the part that it began in. */
  async #endPart(): Promise<void> {
    if (this.#part.length >= BLOCK_CLUSTERS - this.#tiers) this.#closeOpen();
    if (this.#part.length >= BLOCK_CLUSTERS) await this.#writePart();
  }

  #closeOpen(): void {
    for (const open of this.#packer.rest()) this.#take(open);
  }

  #take(cluster: Cluster): void {
    this.#part.push(toJsonLine({ index: this.#clusters++, ...cluster }));
  }

  async #writePart(): Promise<void> {
    if (this.#part.length === 0) return;
    const key = planKey(this.#group, this.#attempt, partAt(this.#clusters - 1));
    await putObject(readEnv(['results']).results, key, this.#part.join(''), 'application/x-ndjson');
    this.#part = [];
  }

  async #storeUnchanged(): Promise<void> {
    if (this.#unchanged.size === 0) return;
    const key = unchangedKey(this.#group, this.#attempt);
    await putObject(readEnv(['results']).results, key, this.#unchanged.toBytes(), 'application/octet-stream');
  }
}

/** A message has 1 MiB; the rest is room for what all clusters of a run say, its options above all. */
const ITEM_MESSAGE_BYTES = 800_000;

/** An item that no message could hold fails alone: what is left of it says which one it is. */
function toSendable(item: Item): Item {
  const bytes = toAsciiJson(item).length;
  if (bytes <= ITEM_MESSAGE_BYTES) return item;
  const found = `expected an item of at most ${ITEM_MESSAGE_BYTES} bytes as JSON, found ${bytes}`;
  const identity = createHash('sha256').update(item.identity).digest('hex');
  return {
    id: item.id.slice(0, 1024),
    identity,
    bytes: item.bytes,
    data: {},
    failure: newFailure('ITEM_TOO_LARGE', found),
  };
}

/** The plan part (and ledger block) that a cluster is in. */
const partAt = (cluster: number): number => Math.floor(cluster / BLOCK_CLUSTERS);

/** The clusters of the part that the last attempt left unfinished. */
async function loadOpenPart(group: string, { cursor, segments }: Group): Promise<string[]> {
  if (cursor === undefined || cursor.clusters % BLOCK_CLUSTERS === 0) return [];
  const part = partAt(cursor.clusters);
  const key = planKey(group, attemptOf(segments, part), part);
  const lines = await getJsonLines(readEnv(['results']).results, key);
  if (!lines) throw new Error(`expected the plan part ${key}, found none`);
  const clusters = await Array.fromAsync(lines, (line) => toJsonLine(line as object));
  return clusters.slice(0, cursor.clusters % BLOCK_CLUSTERS);
}

/** The items that a plan attempt left out because the last manifest has them. */
export async function loadUnchanged(group: string, attempt: number | undefined): Promise<Fingerprints> {
  const body =
    attempt === undefined
      ? undefined
      : await getObject(readEnv(['results']).results, unchangedKey(group, attempt));
  if (!body) return new Fingerprints();
  return Fingerprints.fromBytes(Buffer.concat(await Array.fromAsync(body)));
}
