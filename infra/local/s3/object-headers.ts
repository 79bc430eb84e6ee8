import type { IncomingHttpHeaders } from 'node:http';
import { S3Error } from './s3-error.ts';

/** S3's limit for all names and values of x-amz-meta-* together. */
const METADATA_LIMIT_BYTES = 2048;

const METADATA_PREFIX = 'x-amz-meta-';
const STORED = [
  'cache-control',
  'content-disposition',
  'content-language',
  'content-type',
  'expires',
] as const;

/** Headers whose meaning would be lost in silence: better no answer than a wrong one. */
const REFUSED = [
  'x-amz-tagging',
  'x-amz-website-redirect-location',
  'x-amz-object-lock-mode',
  'x-amz-object-lock-legal-hold',
  'x-amz-server-side-encryption-customer-algorithm',
  'x-amz-write-offset-bytes',
] as const;

/** What is stored of a write's headers and given back on reads. Throws MetadataTooLarge, NotImplemented. */
export function parseObjectHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const refused = REFUSED.find((name) => headers[name] !== undefined);
  if (refused) throw new S3Error('NotImplemented', { details: { Header: refused } });
  const stored: Record<string, string> = { 'content-type': 'binary/octet-stream' };
  for (const name of STORED) {
    const value = headers[name];
    if (value) stored[name] = value;
  }
  // aws-chunked is the encoding of the upload, not of the object.
  const encodings = (headers['content-encoding'] ?? '').split(',').map((one) => one.trim());
  const encoding = encodings.filter((one) => one !== '' && one !== 'aws-chunked').join(',');
  if (encoding) stored['content-encoding'] = encoding;
  return { ...stored, ...parseMetadata(headers) };
}

function parseMetadata(headers: IncomingHttpHeaders): Record<string, string> {
  const metadata: Record<string, string> = {};
  let bytes = 0;
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(METADATA_PREFIX) || value === undefined) continue;
    metadata[name] = value.toString();
    bytes += name.length - METADATA_PREFIX.length + value.length;
  }
  if (bytes > METADATA_LIMIT_BYTES) {
    throw new S3Error('MetadataTooLarge', { details: { Size: bytes, MaxSizeAllowed: METADATA_LIMIT_BYTES } });
  }
  return metadata;
}

/** `response-content-type` and its like in the query of a GET go before what is stored. */
export function toOverrides(query: URLSearchParams): Record<string, string> {
  const overrides: Record<string, string> = {};
  for (const name of [...STORED, 'content-encoding']) {
    const value = query.get(`response-${name}`);
    if (value !== null) overrides[name] = value;
  }
  return overrides;
}
