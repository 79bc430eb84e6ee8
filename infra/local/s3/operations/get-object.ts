import { pipeline } from 'node:stream/promises';
import type { Segment, Span } from '../blobs.ts';
import { isNotModified } from '../conditions.ts';
import { type Exchange, type Headers, sendEmpty, sendHead } from '../exchange.ts';
import { toOverrides } from '../object-headers.ts';
import { parseRange } from '../range.ts';
import { S3Error } from '../s3-error.ts';
import { findSegments, requireObject, type Version } from '../version.ts';
import { toChecksumHeaders, toVersionHeaders } from './object-fields.ts';

export async function getObject(exchange: Exchange): Promise<void> {
  const { store, response, tally } = exchange;
  const found = findObject(exchange);
  if (found.status === 304) return sendEmpty(exchange, 304, found.headers);
  await store.blobs.read(found.segments, found.span, async (chunks) => {
    // Read before the head goes out: a file that isn't there can still become a 500.
    const first = await chunks.next();
    sendHead(exchange, found.status, found.headers);
    await pipeline(async function* () {
      for (let next = first; !next.done; next = await chunks.next()) {
        tally.bytesOut += next.value.length;
        yield next.value;
      }
    }, response);
  });
}

export async function headObject(exchange: Exchange): Promise<void> {
  const { status, headers } = findObject(exchange);
  sendEmpty(exchange, status, headers);
}

interface Found {
  readonly status: 200 | 206 | 304;
  readonly headers: Headers;
  readonly segments: readonly Segment[];
  readonly span: Span;
}

/** Everything that GET and HEAD have in common, so that they can't differ. */
function findObject(exchange: Exchange): Found {
  const { store, target, headers } = exchange;
  const versionId = target.query.get('versionId') ?? undefined;
  const version = requireObject(store.catalog, target.bucket, target.key, versionId);
  const segments = findSegments(store.catalog, version);
  const whole = { start: 0, end: version.size };
  const common = {
    etag: `"${version.etag}"`,
    'last-modified': new Date(version.modified).toUTCString(),
    ...toVersionHeaders(exchange, version.versionId),
  };
  if (isNotModified(headers, version)) return { status: 304, headers: common, segments, span: whole };
  const part = parsePart(target.query.get('partNumber'), segments);
  const range = parseRange(headers.range, version.size) ?? part?.span;
  const span = range ?? whole;
  return {
    status: range ? 206 : 200,
    headers: {
      ...common,
      ...version.headers,
      ...toOverrides(target.query),
      ...(range ? { 'content-range': `bytes ${span.start}-${span.end - 1}/${version.size}` } : {}),
      ...(part && segments.length > 1 ? { 'x-amz-mp-parts-count': segments.length } : {}),
      ...(range ? {} : toRequestedChecksum(exchange, version)),
      'accept-ranges': 'bytes',
      'content-length': span.end - span.start,
    },
    segments,
    span,
  };
}

/** The checksum is of the whole object: beside a range it would fail every reader that compares it. */
function toRequestedChecksum({ headers }: Exchange, version: Version): Headers {
  return headers['x-amz-checksum-mode'] === 'ENABLED' ? toChecksumHeaders(version.checksum) : {};
}

/** The bytes of one part; an object of a single write is its own part 1. */
function parsePart(text: string | null, segments: readonly Segment[]): { span: Span } | undefined {
  if (text === null) return undefined;
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  const segment = segments[number - 1];
  if (!segment) {
    throw new S3Error('InvalidRange', {
      message: `partNumber: expected 1 to ${segments.length}, found ${text}.`,
    });
  }
  const start = segments.slice(0, number - 1).reduce((sum, { size }) => sum + size, 0);
  return { span: { start, end: start + segment.size } };
}
