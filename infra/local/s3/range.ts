import type { Span } from './blobs.ts';
import { S3Error } from './s3-error.ts';

/**
 * The bytes that a Range header asks for; `undefined` for the whole object, also when the header makes no sense
 * (RFC 9110 section 14.2). Throws InvalidRange when no byte of the object is in it, NotImplemented for several ranges.
 */
export function parseRange(header: string | undefined, size: number): Span | undefined {
  const match = /^bytes=(?:(\d+)-(\d*)|-(\d+))$/.exec(header ?? '');
  if (!match) {
    if (header?.includes(',')) throw new S3Error('NotImplemented', { details: { Header: 'Range' } });
    return undefined;
  }
  const [, first, last, suffix] = match;
  const start = first === undefined ? Math.max(size - Number(suffix), 0) : Number(first);
  const end = last ? Math.min(Number(last) + 1, size) : size;
  if (last && Number(last) < start) return undefined;
  if (start >= size) {
    const details = { RangeRequested: header ?? '', ActualObjectSize: size };
    throw new S3Error('InvalidRange', { details, headers: { 'content-range': `bytes */${size}` } });
  }
  return { start, end };
}

/** The range of an UploadPartCopy: `bytes=first-last`, wholly inside the source. Throws InvalidArgument. */
export function parseCopyRange(header: string | undefined, size: number): Span {
  if (header === undefined) return { start: 0, end: size };
  const match = /^bytes=(\d+)-(\d+)$/.exec(header);
  const [start, last] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || last < start || last >= size) {
    throw new S3Error('InvalidArgument', {
      message: `x-amz-copy-source-range: expected bytes=first-last within ${size} bytes, found "${header}".`,
    });
  }
  return { start, end: last + 1 };
}
