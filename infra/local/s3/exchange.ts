import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Target } from './operation.ts';
import { S3Error } from './s3-error.ts';
import type { Store } from './store.ts';
import { writeXml, type XmlFields } from './xml.ts';

/** One request on its way to its answer. */
export interface Exchange {
  readonly store: Store;
  readonly target: Target;
  readonly headers: IncomingHttpHeaders;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Body bytes so far; in: as stored, without the framing of aws-chunked. */
  readonly tally: { bytesIn: number; bytesOut: number };
}

export type Operation = (exchange: Exchange) => Promise<void>;

export type Headers = Readonly<Record<string, string | number | undefined>>;

/** Status and headers; the body is the caller's. */
export function sendHead({ response }: Pick<Exchange, 'response'>, status: number, headers: Headers): void {
  response.statusCode = status;
  response.setHeader('x-amz-request-id', randomBytes(8).toString('hex').toUpperCase());
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) response.setHeader(name, value);
  }
}

export function sendEmpty(exchange: Exchange, status: number, headers: Headers = {}): void {
  sendHead(exchange, status, headers);
  exchange.response.end();
}

export function sendXml(exchange: Exchange, root: string, fields: XmlFields, headers: Headers = {}): void {
  const body = Buffer.from(writeXml(root, fields));
  sendHead(exchange, 200, { ...headers, 'content-type': 'application/xml', 'content-length': body.length });
  exchange.tally.bytesOut += body.length;
  exchange.response.end(body);
}

/** Answers with S3's error document; a HEAD gets the status alone. Nothing can be said once the answer has begun. */
export function sendError(
  { request, response, tally }: Pick<Exchange, 'request' | 'response' | 'tally'>,
  error: unknown,
): void {
  if (!(error instanceof S3Error) && !isHangUp(error))
    console.error(`S3: ${request.method} ${request.url}`, error);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const answer = error instanceof S3Error ? error : new S3Error('InternalError', { message: String(error) });
  const fields = { Code: answer.code, Message: answer.message, ...answer.details };
  const body = Buffer.from(request.method === 'HEAD' ? '' : writeXml('Error', fields));
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  sendHead({ response }, answer.status, {
    ...answer.headers,
    'content-type': 'application/xml',
    'content-length': body.length,
  });
  tally.bytesOut += body.length;
  response.end(body);
}

/** The client went away in the middle of a body. */
function isHangUp(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE';
}
