import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { SourceRef } from '../../shared/aws/object-ref.ts';
import { findObject } from '../../shared/aws/store.ts';
import { UsageError } from '../../shared/command/usage-error.ts';
import type { Kind } from '../../shared/kind.ts';
import { allKinds, kindNamed } from '../../shared/kinds/index.ts';
import { credentialOption, OPTIONS_METADATA } from '../../shared/run/message.ts';
import { optionsJson } from '../../shared/run/run-id.ts';
import { openSource as openInboxSource } from '../../shared/run/source.ts';
import { zipFolder } from '../sample/zip-folder.ts';

/** Enough for every kind to look at a file's first bytes. */
const HEAD_BYTES = 512;
/** S3 takes 2 kB of metadata, its names and the digest included. */
const METADATA_BYTES = 1_800;
const DIGEST_METADATA = 'sha256';

/** A local file that is going to be a run's source. */
export interface LocalSource {
  readonly path: string;
  readonly kind: Kind;
  /** Its key in the inbox: `<kind>/<name>/<file>`. */
  readonly key: string;
  /** The file that lies beside it and belongs to it. */
  readonly companion?: { readonly path: string; readonly key: string };
}

/** The sample course that the project carries, zipped into the state folder. */
export async function zipSample(stateDir: string): Promise<string> {
  const path = join(stateDir, 'sample', 'sourdough-for-beginners.imscc');
  await mkdir(join(stateDir, 'sample'), { recursive: true });
  await zipFolder(join(import.meta.dirname, '..', 'sample', 'course'), path);
  return path;
}

/** @throws UsageError when the file is not there, or no kind (or not the named one) can be told */
export async function openSource(
  path: string,
  { kind: kindName, name }: { kind?: string; name?: string },
): Promise<LocalSource> {
  const stats = await stat(path).catch(() => undefined);
  if (!stats?.isFile())
    throw new UsageError(`expected a file, found ${stats ? 'a folder' : 'nothing'} at ${path}`);
  const kind = kindName === undefined ? await guessKind(path) : kindNamed(kindName);
  if (stats.size === 0) throw new UsageError(`expected a source, found an empty file at ${path}`);
  const file = toFile(path, name);
  const folder = `${kind.name}/${name ?? file.replace(/\.[^.]*$/, '')}`;
  checkName(folder);
  return {
    path,
    kind,
    key: `${folder}/${file}`,
    companion: await findCompanion(kind, path, { folder, file }),
  };
}

/** With a name of its own, files that are called otherwise (`report-v2.pdf`) are versions of one source. */
function toFile(path: string, name: string | undefined): string {
  const ending = extname(path);
  return name === undefined || ending === '' ? basename(path) : `${basename(name)}${ending}`;
}

/** @throws UsageError for a name by which results would lie elsewhere */
function checkName(folder: string): void {
  if (folder.split('/').every((segment) => !['', '.', '..'].includes(segment))) return;
  throw new UsageError(`expected a name whose parts are neither empty nor dots, found "${folder}"`);
}

async function findCompanion(
  { companion }: Kind,
  path: string,
  { folder, file }: { folder: string; file: string },
): Promise<LocalSource['companion']> {
  if (!companion || !path.endsWith(companion.of) || !file.endsWith(companion.of)) return undefined;
  const beside = `${path.slice(0, -companion.of.length)}${companion.suffix}`;
  const isThere = (await stat(beside).catch(() => undefined))?.isFile();
  if (!isThere) return undefined;
  return { path: beside, key: `${folder}/${file.slice(0, -companion.of.length)}${companion.suffix}` };
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

/** Brings the file to the inbox after its companion, unless the same ones with the same options are the newest there. */
export async function upload(
  bucket: string,
  { path, kind, key, companion }: LocalSource,
  options: Record<string, unknown>,
): Promise<Uploaded> {
  const metadata = { [OPTIONS_METADATA]: optionsMetadata(options) };
  const isNewCompanion = companion ? await uploadFile(bucket, companion, {}) : false;
  const isNew = await uploadFile(bucket, { path, key }, metadata);
  const opened = await openInboxSource(kind, { bucket, key });
  if (!opened) throw new Error(`expected the object ${bucket}/${key}, found none`);
  return { isNew: isNew || isNewCompanion, ref: opened.ref };
}

/** True when the newest version in the inbox was another file, or had other metadata. */
async function uploadFile(
  bucket: string,
  { path, key }: { path: string; key: string },
  metadata: Record<string, string>,
): Promise<boolean> {
  const Metadata = { ...metadata, [DIGEST_METADATA]: await digest(path) };
  const newest = await findObject(bucket, key);
  if (Object.entries(Metadata).every(([name, value]) => newest?.metadata[name] === value)) return false;
  const client = new S3Client({ forcePathStyle: true });
  const params = { Bucket: bucket, Key: key, Body: createReadStream(path), Metadata };
  await new Upload({ client, params }).done();
  return true;
}

/** @throws UsageError */
function optionsMetadata(options: Record<string, unknown>): string {
  const open = credentialOption(options);
  if (open !== undefined)
    throw new UsageError(
      `option ${open}: expected a URL without credentials: options lie open beside the source`,
    );
  const json = JSON.stringify(Object.fromEntries(JSON.parse(optionsJson(options))));
  const bytes = Buffer.byteLength(json);
  if (bytes <= METADATA_BYTES) return json;
  throw new UsageError(
    `options: expected at most ${METADATA_BYTES} bytes of JSON together (they are kept as the upload's metadata), found ${bytes}; shorten them`,
  );
}

async function digest(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}
