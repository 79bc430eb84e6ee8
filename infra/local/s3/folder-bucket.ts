import { createReadStream } from 'node:fs';
import { glob, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { operationOf, parseTarget } from './operation.ts';
import { parseListRequest } from './operations/list-request.ts';
import { parseRange } from './range.ts';
import { S3Error } from './s3-error.ts';
import { writeXml, type XmlFields } from './xml.ts';

/** A folder as a bucket that can only be read: its files are the objects, and nothing of it is copied. */
export interface FolderBucket {
  readonly name: string;
  readonly folder: string;
}

/** Answers one request of such a bucket; `bytesOut` of bodies. */
export async function serveFolder(
  { folder }: FolderBucket,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<{ bytesIn: number; bytesOut: number }> {
  const { method = 'GET', url = '', headers } = request;
  const operation = operationOf(method, url, headers);
  const { key, query } = parseTarget(url);
  request.resume();
  try {
    if (operation === 'ListObjectsV2') return { bytesIn: 0, bytesOut: await list(folder, query, response) };
    if (operation !== 'GetObject' && operation !== 'HeadObject')
      throw new S3Error('MethodNotAllowed', {
        message: `${operation}: the bucket is a folder that is only read.`,
      });
    return { bytesIn: 0, bytesOut: await send(folder, key, request, response) };
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    const body = method === 'HEAD' ? '' : writeXml('Error', { Code: error.code, Message: error.message });
    response.writeHead(error.status, { 'content-type': 'application/xml' }).end(body);
    return { bytesIn: 0, bytesOut: 0 };
  }
}

async function send(
  folder: string,
  key: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<number> {
  const file = toFile(folder, key);
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) throw new S3Error('NoSuchKey');
  const range = parseRange(request.headers.range, found.size);
  const { start, end } = range ?? { start: 0, end: found.size };
  response.writeHead(range ? 206 : 200, {
    etag: toEtag(found),
    'last-modified': found.mtime.toUTCString(),
    'accept-ranges': 'bytes',
    'content-length': end - start,
    ...(range ? { 'content-range': `bytes ${start}-${end - 1}/${found.size}` } : {}),
  });
  if (request.method === 'HEAD' || end === start) {
    response.end();
    return 0;
  }
  await pipeline(createReadStream(file, { start, end: end - 1 }), response);
  return end - start;
}

/** A key with `..` leads nowhere. */
function toFile(folder: string, key: string): string {
  const file = join(folder, key);
  const inside = relative(folder, file);
  if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`)) throw new S3Error('NoSuchKey');
  return file;
}

async function list(folder: string, query: URLSearchParams, response: ServerResponse): Promise<number> {
  const { prefix, limit, encode, encodingType } = parseListRequest(query);
  const after = query.get('continuation-token') ?? query.get('start-after') ?? '';
  const keys = (await Array.fromAsync(keysOf(folder))).filter((key) => key.startsWith(prefix) && key > after);
  const page = keys.sort().slice(0, limit);
  const Contents = await Promise.all(page.map((key) => toContents(folder, key, encode)));
  const isTruncated = page.length < keys.length;
  const body = writeXml('ListBucketResult', {
    Prefix: encode(prefix),
    KeyCount: page.length,
    MaxKeys: limit,
    EncodingType: encodingType,
    IsTruncated: isTruncated,
    NextContinuationToken: isTruncated ? page.at(-1) : undefined,
    Contents,
  });
  response.writeHead(200, { 'content-type': 'application/xml' }).end(body);
  return Buffer.byteLength(body);
}

async function* keysOf(folder: string): AsyncIterable<string> {
  for await (const entry of glob('**/*', { cwd: folder, withFileTypes: true }))
    if (entry.isFile()) yield relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/');
}

async function toContents(folder: string, key: string, encode: (text: string) => string): Promise<XmlFields> {
  const found = await stat(join(folder, key));
  return {
    Key: encode(key),
    LastModified: found.mtime.toISOString(),
    ETag: toEtag(found),
    Size: found.size,
    StorageClass: 'STANDARD',
  };
}

const toEtag = ({ size, mtimeMs }: { size: number; mtimeMs: number }): string =>
  `"${size.toString(16)}-${Math.round(mtimeMs).toString(16)}"`;
