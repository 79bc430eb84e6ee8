import { resolve } from 'node:path';
import {
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { LocalStack } from '../../../infra/local/local-stack.ts';
import type { BusEvent } from '../../../infra/local/services/events.ts';
import { readEnv } from '../../../shared/aws/env.ts';
import type { ItemResult } from '../../../shared/kind.ts';
import { kindNamed } from '../../../shared/kinds/index.ts';
import { getGroup } from '../../../shared/run/group.ts';
import { latestKey, publishedPrefix, rootGroup } from '../../../shared/run/keys.ts';
import { groupProgress } from '../../../shared/run/ledger.ts';
import { readManifest as linesOf } from '../../../shared/run/manifest.ts';
import { OPTIONS_METADATA } from '../../../shared/run/message.ts';
import { findRun, hasEnded, type Run } from '../../../shared/run/run.ts';
import { RUN_COMPLETED } from '../../../shared/run/run-completed.ts';
import { toRunId } from '../../../shared/run/run-id.ts';
import type { ToyLine } from '../kinds/toy-kind.ts';
import '../kinds/toy-kind.ts';
import { waitFor } from '../process/wait-for.ts';

/** The toy kind's module, for the bundle. */
export const TOY_MODULE = resolve(import.meta.dirname, '..', 'kinds', 'toy-kind.ts');

let shared: S3Client | undefined;
const s3 = (): S3Client => {
  shared ??= new S3Client({ forcePathStyle: true });
  return shared;
};

export const echo = (id: string, text = `text of ${id}`): ToyLine => ({ id, text });

/** What `echo` items publish. */
export const toPublished = (ids: readonly string[]): Record<string, string> =>
  Object.fromEntries(ids.map((id) => [`${id}.txt`, `text of ${id}`]));

/** The details of every "Run Completed" event from now on. */
export function runEvents(stack: LocalStack): BusEvent['detail'][] {
  const details: BusEvent['detail'][] = [];
  stack.bus.listen((event) => {
    if (event['detail-type'] === RUN_COMPLETED) details.push(event.detail);
  });
  return details;
}

/**
 * Uploads a source of the toy kind; returns the id that its run will have. `options`: what the upload's metadata says,
 * and what the run takes of it.
 */
export async function uploadToy(
  name: string,
  lines: readonly ToyLine[],
  options?: { readonly header: string; readonly stored: Run['options'] },
  kind = 'toy',
): Promise<string> {
  const bucket = readEnv(['inbox']).inbox;
  const key = `${kind}/${name}/source.${kind}`;
  const body = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const { VersionId: versionId } = await s3().send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: key,
      Body: body,
      Metadata: options && { [OPTIONS_METADATA]: options.header },
    }),
  );
  return toRunId(
    kindNamed(kind),
    { bucket, key, versionId, size: Buffer.byteLength(body) },
    options?.stored ?? {},
  );
}

/** Waits until a run has ended and its event is out. */
export async function waitForEnd(run: string, seconds = 60, generation = 1): Promise<Run> {
  return await waitFor(
    `the end of ${run}.${generation}`,
    seconds,
    async () => {
      const found = await findRun(run);
      return found && found.generation >= generation && hasEnded(found) && found.emittedAt
        ? found
        : undefined;
    },
    () => describeRun(run),
  );
}

export const waitForState = (id: string, state: Run['state']): Promise<Run> =>
  waitFor(`${id} to be ${state}`, 30, async () => {
    const run = await findRun(id);
    return run?.state === state ? run : undefined;
  });

async function describeRun(id: string): Promise<object> {
  const run = await findRun(id);
  if (!run) return { run: 'not opened' };
  const root = rootGroup(run.run, run.generation);
  const group = await getGroup(root);
  return { run, group, progress: await groupProgress(root, group.clusters ?? 0) };
}

export async function readManifest(run: Run): Promise<ItemResult[]> {
  const lines = await Array.fromAsync(linesOf(run.manifest));
  if (!run.manifest || (lines.length === 0 && run.items?.total !== 0))
    throw new Error(`expected the manifest of ${run.run}, found none: ${JSON.stringify(run)}`);
  return lines;
}

/** What readers see of a toy source: path → text, without manifests and pointer. */
export async function readPublished(name: string): Promise<Record<string, string>> {
  const prefix = publishedPrefix('toy', name);
  const { Contents = [] } = await s3().send(
    new ListObjectsV2Command({ Bucket: readEnv(['results']).results, Prefix: prefix }),
  );
  const paths = Contents.map(({ Key = '' }) => Key.slice(prefix.length)).filter((path) =>
    path.endsWith('.txt'),
  );
  const texts = await Promise.all(paths.map((path) => readText(`${prefix}${path}`)));
  return Object.fromEntries(paths.map((path, n) => [path, texts[n] ?? '']));
}

/** The pointer to what readers see, or undefined before the first run is published. */
export async function readLatest(name: string): Promise<Record<string, unknown> | undefined> {
  const text = await readText(latestKey(publishedPrefix('toy', name)));
  return text === undefined ? undefined : (JSON.parse(text) as Record<string, unknown>);
}

async function readText(key: string): Promise<string | undefined> {
  try {
    const { Body } = await s3().send(
      new GetObjectCommand({ Bucket: readEnv(['results']).results, Key: key }),
    );
    return await Body?.transformToString();
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}

/** How many results a manifest has of each status: what a run's counters must be. */
export function toCounts(manifest: readonly ItemResult[]): Run['items'] {
  const count = (status: ItemResult['status']): number =>
    manifest.filter((result) => result.status === status).length;
  return {
    total: manifest.length,
    ok: count('ok'),
    failed: count('failed'),
    unchanged: count('unchanged'),
  };
}
