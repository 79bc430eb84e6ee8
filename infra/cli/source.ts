import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { HeadObjectCommand, NotFound, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { Kind } from '../../shared/kind.ts';
import { allKinds, kindNamed } from '../../shared/kinds/index.ts';
import { OPTIONS_METADATA, type SourceRef } from '../../shared/message.ts';
import { optionsJson } from '../../shared/run-id.ts';
import { zipFolder } from '../sample/zip-folder.ts';
import { UsageError } from './usage.ts';

/** Enough for every kind to look at a file's first bytes. */
const HEAD_BYTES = 512;
const DIGEST_METADATA = 'sha256';

/** A local file that is going to be a run's source. */
export interface LocalSource {
  readonly path: string;
  readonly kind: Kind;
  /** Its key in the inbox: `<kind>/<name>/<file>`. */
  readonly key: string;
}

/** The sample course that the project carries, zipped into the state folder. */
export async function zipSample(stateDir: string): Promise<string> {
  const path = join(stateDir, 'sample', 'sourdough-for-beginners.imscc');
  await mkdir(join(stateDir, 'sample'), { recursive: true });
  await zipFolder(join(import.meta.dirname, '..', 'sample', 'course'), path);
  return path;
}

/** @throws UsageError when the file is not there, or no kind (or not the named one) can be told */
export async function openSource(path: string, kindName: string | undefined): Promise<LocalSource> {
  const stats = await stat(path).catch(() => undefined);
  if (!stats?.isFile())
    throw new UsageError(`expected a file, found ${stats ? 'a folder' : 'nothing'} at ${path}`);
  const kind = kindName === undefined ? await guessKind(path) : kindNamed(kindName);
  const file = basename(path);
  return { path, kind, key: `${kind.name}/${file.replace(/\.[^.]*$/, '')}/${file}` };
}

async function guessKind(path: string): Promise<Kind> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const kind = allKinds().find((candidate) =>
      candidate.accepts(basename(path), buffer.subarray(0, bytesRead)),
    );
    if (kind) return kind;
  } finally {
    await file.close();
  }
  const names = allKinds().map(({ name }) => name);
  throw new UsageError(
    `expected a source of a kind that can be told by its name and content, found ${basename(path)}; name one with --kind ${names.join('|')}`,
  );
}

export interface Uploaded {
  readonly ref: SourceRef;
  /** False when the inbox had these very bytes and options already. */
  readonly isNew: boolean;
}

/** Brings the file to the inbox, unless its newest version there is the same file with the same options. */
export async function upload(
  bucket: string,
  source: LocalSource,
  options: Record<string, unknown>,
): Promise<Uploaded> {
  const client = new S3Client({ forcePathStyle: true });
  const { size } = await stat(source.path);
  const Metadata = {
    [DIGEST_METADATA]: await digest(source.path),
    [OPTIONS_METADATA]: optionsMetadata(options),
  };
  const newest = await head(client, bucket, source.key);
  const isSame = Object.entries(Metadata).every(([name, value]) => newest?.Metadata?.[name] === value);
  if (isSame) return { isNew: false, ref: { bucket, key: source.key, versionId: newest?.VersionId, size } };
  const Body = createReadStream(source.path);
  const { VersionId } = await new Upload({
    client,
    params: { Bucket: bucket, Key: source.key, Body, Metadata },
  }).done();
  return { isNew: true, ref: { bucket, key: source.key, versionId: VersionId, size } };
}

const optionsMetadata = (options: Record<string, unknown>): string =>
  JSON.stringify(Object.fromEntries(JSON.parse(optionsJson(options))));

async function head(client: S3Client, Bucket: string, Key: string) {
  try {
    return await client.send(new HeadObjectCommand({ Bucket, Key }));
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}

async function digest(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}
