import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { decodeAwsChunked } from './aws-chunked.ts';
import { checkClaim, checkContentMd5, parseClaim } from './claim.ts';
import { type Measured, type MeasureOptions, measure, type Payload } from './measure.ts';
import { S3Error } from './s3-error.ts';

export interface PayloadOptions extends MeasureOptions {
  /** The request's x-amz-checksum-* is of something else than its body. */
  readonly unclaimed?: boolean;
}

/**
 * The body of a request, freed of `aws-chunked` and checked, while it streams, against its length, Content-MD5,
 * x-amz-content-sha256 and x-amz-checksum-*. A mismatch fails the last read, so that nobody keeps what was read before.
 * `options.algorithm` is measured when the request claims none.
 */
export function openPayload(request: IncomingMessage, options: PayloadOptions): Payload {
  const { headers } = request;
  const length = parseLength(headers);
  if (length > options.limitBytes) {
    throw new S3Error('EntityTooLarge', {
      details: { ProposedSize: length, MaxSizeAllowed: options.limitBytes },
    });
  }
  const claim = options.unclaimed ? undefined : parseClaim(headers);
  const sha256 = parseSha256(headers);
  const trailers = new Map<string, string>();
  // Whoever stops reading half-way still wants to answer on this socket.
  const body = request.iterator({ destroyOnReturn: false });
  const payload = measure(isAwsChunked(headers) ? decodeAwsChunked(body, trailers) : body, {
    ...options,
    algorithm: claim?.algorithm ?? options.algorithm,
    sha256: sha256 !== undefined,
  });

  async function* checked(): AsyncGenerator<Uint8Array> {
    yield* payload.chunks;
    const measured = payload.measured();
    checkLength(length, measured);
    checkContentMd5(headers['content-md5']?.toString(), measured.md5);
    if (sha256 !== measured.sha256) throw new S3Error('XAmzContentSHA256Mismatch');
    if (claim) checkClaim(claim, trailers, measured.checksum);
  }
  return { chunks: checked(), measured: payload.measured };
}

function isAwsChunked(headers: IncomingHttpHeaders): boolean {
  return (
    (headers['x-amz-content-sha256'] ?? '').toString().startsWith('STREAMING-') ||
    (headers['content-encoding'] ?? '').split(',').some((one) => one.trim() === 'aws-chunked')
  );
}

/** S3 takes no body of unknown length (501): an upload that would fail there must fail here. */
function parseLength(headers: IncomingHttpHeaders): number {
  const name = isAwsChunked(headers) ? 'x-amz-decoded-content-length' : 'content-length';
  const text = headers[name]?.toString() ?? (headers['transfer-encoding'] === undefined ? '0' : '');
  if (!/^\d{1,15}$/.test(text)) {
    const message = `Transfer-Encoding without a length: expected a number in ${name}, found "${text}".`;
    throw new S3Error('NotImplemented', { message, details: { Header: 'Transfer-Encoding' } });
  }
  return Number(text);
}

function parseSha256(headers: IncomingHttpHeaders): string | undefined {
  const value = headers['x-amz-content-sha256']?.toString() ?? '';
  return /^[0-9a-f]{64}$/.test(value) ? value : undefined;
}

function checkLength(expected: number, { size }: Measured): void {
  if (size === expected) return;
  throw new S3Error('IncompleteBody', {
    details: { NumberBytesExpected: expected, NumberBytesProvided: size },
  });
}
