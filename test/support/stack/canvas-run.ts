import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { readEnv } from '../../../shared/aws/env.ts';
import type { SourceRef } from '../../../shared/aws/object-ref.ts';
import { getObject } from '../../../shared/aws/store.ts';
import { type FileLine, fileLineSchema } from '../../../shared/kinds/canvas/finish/files-list.ts';
import { canvas } from '../../../shared/kinds/canvas/index.ts';
import { publishedPrefix } from '../../../shared/run/keys.ts';
import type { Run } from '../../../shared/run/run.ts';
import { toRunId } from '../../../shared/run/run-id.ts';
import { waitForEnd } from './toy-run.ts';

let shared: S3Client | undefined;
const s3 = (): S3Client => {
  shared ??= new S3Client({ forcePathStyle: true });
  return shared;
};

/** Puts an object into the inbox below `canvas/`. */
export async function putSource(path: string, body: Uint8Array | string): Promise<SourceRef> {
  const bucket = readEnv(['inbox']).inbox;
  const key = `canvas/${path}`;
  const { VersionId } = await s3().send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
  return { bucket, key, versionId: VersionId, size: Buffer.byteLength(body) };
}

export const runIdOf = (source: SourceRef): string => toRunId(canvas as never, source, {});

/** Uploads a course, after its metadata.json where one is given, and waits for its run. */
export async function uploadCourse(
  name: string,
  archive: Uint8Array,
  metadata?: string,
  seconds = 60,
): Promise<Run> {
  const companion =
    metadata === undefined ? undefined : await putSource(`${name}/export.metadata.json`, metadata);
  const source = await putSource(`${name}/export.imscc`, archive);
  return await waitForEnd(runIdOf({ ...source, companion }), seconds);
}

/** Uploads another metadata.json beside a course that is there, and waits for the run that this starts. */
export async function uploadMetadata({ name, source }: Run, metadata: string): Promise<Run> {
  const companion = await putSource(`${name}/export.metadata.json`, metadata);
  return await waitForEnd(runIdOf({ ...source, companion }));
}

/** What readers see of a course but its manifests and pointer: path → text. */
export async function readCourseResults(name: string): Promise<Record<string, string>> {
  const prefix = publishedPrefix('canvas', name);
  const { Contents = [] } = await s3().send(
    new ListObjectsV2Command({ Bucket: readEnv(['results']).results, Prefix: prefix }),
  );
  const paths = Contents.map(({ Key = '' }) => Key.slice(prefix.length)).filter(
    (path) => path !== 'latest.json' && !path.startsWith('manifests/'),
  );
  const texts = await Promise.all(paths.map(async (path) => [path, await readText(prefix + path)] as const));
  return Object.fromEntries(texts);
}

/** The lines of files.jsonl by path. */
export async function readFileLines(name: string): Promise<Map<string, FileLine>> {
  const text = (await readCourseResults(name))['files.jsonl'] ?? '';
  const lines = text.split('\n').filter((line) => line !== '');
  return new Map(
    lines.map((line) => fileLineSchema.parse(JSON.parse(line))).map((line) => [line.path, line]),
  );
}

async function readText(key: string): Promise<string> {
  const body = await getObject(readEnv(['results']).results, key);
  return Buffer.concat(await Array.fromAsync(body ?? [])).toString('utf8');
}
