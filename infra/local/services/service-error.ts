import type { IncomingMessage, ServerResponse } from 'node:http';
import { respond } from '../gateway.ts';
import { writeXml } from '../s3/xml.ts';

export interface ServiceError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/**
 * Answers in a service's place, in its own protocol: XML for S3 (nothing but the status for a HEAD), JSON for the others.
 * The body that nobody wants any more is read off, so that the connection stays usable.
 */
export function sendServiceError(
  service: string,
  request: IncomingMessage,
  response: ServerResponse,
  { status, code, message }: ServiceError,
): void {
  request.resume();
  if (service !== 's3') {
    respond(response, status, { __type: code, message });
    return;
  }
  const body = request.method === 'HEAD' ? '' : writeXml('Error', { Code: code, Message: message });
  const headers = { 'content-type': 'application/xml', 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, headers).end(body);
}
