import { createHash } from 'node:crypto';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { readEnv } from '../../shared/aws/env.ts';
import { getObject } from '../../shared/aws/store.ts';
import { getRow } from '../../shared/aws/table.ts';
import type { ItemResult } from '../../shared/kind.ts';
import { kindNamed } from '../../shared/kinds/index.ts';
import { publishedPrefix, rootGroup } from '../../shared/run/keys.ts';
import { readIndexList, readManifest } from '../../shared/run/manifest.ts';
import { toKeys } from '../../shared/run/outputs.ts';
import { placesOf } from '../../shared/run/places.ts';
import { getPublished, type Published } from '../../shared/run/published.ts';
import { hasEnded, openRuns, type Run } from '../../shared/run/run.ts';
import type { Told } from './chaos-stack.ts';

/** What readers see of a source. */
export interface Shown {
  readonly published: Published;
  readonly lines: readonly ItemResult[];
  /** SHA-256 of what lies at each output's place; undefined for what is not there. */
  readonly bytes: ReadonlyMap<string, string | undefined>;
  /** Objects made of all results, by path. */
  readonly index: ReadonlySet<string>;
  /** Keys below the source's prefix that no manifest lists. */
  readonly strays: readonly string[];
}

export async function readShown(kind: string, name: string): Promise<Shown | undefined> {
  const published = await getPublished({ kind, name });
  if (!published) return undefined;
  const places = placesOf(kindNamed(kind), name, rootGroup(published.run, published.generation));
  const lines = await Array.fromAsync(readManifest(published.manifest));
  const index = new Set((await Array.fromAsync(readIndexList(published.manifest))).map(({ path }) => path));
  const outputs = lines.flatMap((line) => line.outputs);
  const bytes = new Map<string, string | undefined>();
  for (const output of outputs) bytes.set(output.path, await hashOf(places.published(output)));
  const paths = new Set([...bytes.keys(), ...index]);
  for (const manifest of published.unpruned) for (const path of await listedBy(manifest)) paths.add(path);
  const listed = new Set([...paths].flatMap((path) => toKeys(places.published({ path }))));
  const own = publishedPrefix(kind, name);
  const isKept = (key: string): boolean => /^(latest\.json|manifests\/)/.test(key.slice(own.length));
  // Of a versioned kind the version before stays.
  const prefix = kindNamed(kind).isVersioned ? places.prefix : own;
  const strays = (await listKeys(prefix)).filter((key) => !listed.has(key) && !isKept(key));
  return { published, lines, bytes, index, strays };
}

async function listedBy(manifest: string): Promise<string[]> {
  const lines = await Array.fromAsync(readManifest(manifest));
  const index = await Array.fromAsync(readIndexList(manifest));
  return [...lines.flatMap(({ outputs }) => outputs), ...index].map(({ path }) => path);
}

async function hashOf(key: string): Promise<string | undefined> {
  const body = await getObject(readEnv(['results']).results, key);
  if (!body) return undefined;
  const hash = createHash('sha256');
  for await (const chunk of body) hash.update(chunk);
  return hash.digest('hex');
}

let shared: S3Client | undefined;
const s3 = (): S3Client => {
  shared ??= new S3Client({ forcePathStyle: true });
  return shared;
};

async function listKeys(prefix: string): Promise<string[]> {
  const keys: string[] = [];
  let token: string | undefined;
  do {
    const page = await s3().send(
      new ListObjectsV2Command({
        Bucket: readEnv(['results']).results,
        Prefix: prefix,
        ContinuationToken: token,
      }),
    );
    keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
    token = page.NextContinuationToken;
  } while (token);
  return keys;
}

/** What must hold of what readers see, whatever went wrong. */
export function checkShown(shown: Shown, run: Run): string[] {
  const { lines, bytes, strays } = shown;
  const ids = lines.map(({ id }) => id);
  const count = (status: ItemResult['status']): number =>
    lines.filter((line) => line.status === status).length;
  const counts = {
    total: lines.length,
    ok: count('ok'),
    failed: count('failed'),
    unchanged: count('unchanged'),
  };
  return [
    ...(new Set(ids).size === ids.length ? [] : ['an item is twice in the manifest']),
    ...(isEqual(counts, run.items)
      ? []
      : [`the run counts ${JSON.stringify(run.items)}, its manifest ${JSON.stringify(counts)}`]),
    ...lines
      .flatMap((line) => line.outputs)
      .flatMap(({ path, sha256 }) =>
        bytes.get(path) === sha256 ? [] : [`${path}: listed with other bytes than lie there`],
      ),
    ...strays.map((key) => `${key} is published, and nothing lists it`),
  ];
}

const isEqual = (a: Readonly<Record<string, number>>, b: Run['items']): boolean =>
  b !== undefined && Object.entries(a).every(([name, value]) => b[name as keyof typeof b] === value);

/** What must hold of the ledger and the services when all runs have ended. */
export async function checkRest(
  runs: readonly Run[],
  depths: Readonly<Record<string, number>>,
): Promise<string[]> {
  const open = await Array.fromAsync(openRuns());
  const sources = new Set(runs.map(({ kind, name }) => `source#${kind}#${name}`));
  const rows = await Promise.all([...sources].map(async (key) => [key, await getRow(key)] as const));
  return [
    ...runs.filter((run) => !hasEnded(run)).map((run) => `${run.run} has not ended: ${run.state}`),
    ...runs
      .filter((run) => run.state === 'failed')
      .map((run) => `${run.run} failed: ${run.failure?.message}`),
    ...open.map((run) => `${run.run} is open`),
    ...Object.entries(depths).flatMap(([queue, depth]) => (depth > 0 ? [`${queue} holds ${depth}`] : [])),
    ...rows.flatMap(([key, row]) => (row?.turn === undefined ? [] : [`${key} still has a turn`])),
  ];
}

/** One completion id for each pass that ended, never before its end, always with the same content. */
export function checkTold(told: readonly Told[], ended: readonly Run[], isComplete: boolean): string[] {
  const byId = Map.groupBy(told, ({ detail }) => String(detail.id));
  const missing = ended.filter(({ run, generation }) => !byId.has(`${run}#${generation}`));
  return [
    ...told.filter(({ hasEnded }) => !hasEnded).map(({ detail }) => `${detail.id} was told before its end`),
    ...[...byId].flatMap(([id, events]) =>
      new Set(events.map(({ detail }) => JSON.stringify([detail.state, detail.items, detail.manifest])))
        .size > 1
        ? [`${id} was told in two ways`]
        : [],
    ),
    // What a stack told just before it was killed may be lost with it.
    ...(isComplete ? missing.map(({ run, generation }) => `${run}#${generation} was never told`) : []),
  ];
}
