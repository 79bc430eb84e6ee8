import { createHash } from 'node:crypto';
import type { Failure, Item, ItemResult } from '../../kind.ts';
import {
  type CollectionRecord,
  type GalaxyData,
  type GalaxyRecord,
  galaxyRecord,
  type ServerRecord,
  type UnresolvedRecord,
  type VersionFacts,
  versionFacts,
} from './schema.ts';

type GalaxyItem = Item<GalaxyData>;

/** Of a text that comes from strangers and becomes part of an id. */
const ID_PART_CHARS = 200;

/** The average tarball of community.general; of a server that does not say. */
const UNKNOWN_BYTES = 3_000_000;

export const toCollectionKey = (facts: { readonly namespace: string; readonly name: string }): string =>
  `${facts.namespace}.${facts.name}`;

export const toVersionId = (key: string, version: string): string =>
  `${key}:${version.slice(0, ID_PART_CHARS)}`;

export function versionItem(server: string, facts: VersionFacts, collections?: string): GalaxyItem {
  return {
    id: toVersionId(toCollectionKey(facts), facts.version),
    identity: toIdentity(server, facts),
    bytes: facts.size ?? UNKNOWN_BYTES,
    data: { type: 'version', server, collections, facts },
  };
}

/** The tarball, who gave it and who signed it; all else in the record is in the tarball's own manifest, and so in its checksum. */
function toIdentity(server: string, { sha256, signatures }: VersionFacts): string {
  const rest = digest([server, ...signatures.map(({ signature }) => signature).sort()]);
  return `${sha256}-${rest}`;
}

/** What the run found out about a collection, or why it found out nothing. */
export function collectionItem(record: CollectionRecord | UnresolvedRecord, failure?: Failure): GalaxyItem {
  return { id: toCollectionKey(record), identity: digest(record), bytes: 0, data: record, failure };
}

/** The run's own server, or the first of those that entries name. */
export function serverItem(record: ServerRecord, index: number): GalaxyItem {
  return {
    id: index === 0 ? 'server' : `server ${record.server}`,
    identity: digest(record),
    bytes: 0,
    data: record,
  };
}

/** A version, or a range, of which nothing could be found out. */
export function unresolvedItem(record: UnresolvedRecord, failure: Failure): GalaxyItem {
  const key = toCollectionKey(record).slice(0, ID_PART_CHARS);
  const id =
    record.version === undefined
      ? `${key} ${(record.range ?? '').slice(0, ID_PART_CHARS)}`
      : toVersionId(key, record.version);
  return { id, identity: digest([record, failure]), bytes: 0, data: record, failure };
}

/** What an earlier run knew of an item; undefined for what this version of the kind does not understand. */
export function parseRecord({ detail }: ItemResult): GalaxyRecord | undefined {
  return galaxyRecord.safeParse(detail).data;
}

/** The same item once more: as its identity is the same, its result is carried over. */
export function toSameItem({ id, identity, failure }: ItemResult, record: GalaxyRecord): GalaxyItem {
  if (record.type !== 'version') return { id, identity, bytes: 0, data: record, failure };
  const facts = versionFacts.parse(record);
  return {
    id,
    identity,
    bytes: facts.size ?? UNKNOWN_BYTES,
    data: { type: 'version', server: record.server, facts },
    failure,
  };
}

const digest = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
