import { LambdaException } from './errors.ts';

/** Lambda's limit of a synchronous payload. */
export const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;
/** Lambda's limit of an asynchronous event. */
export const MAX_EVENT_BYTES = 1024 * 1024;

/** The payload as JSON, held once from here on. Throws RequestTooLargeException. */
export function toPayload(name: string, payload: unknown, maxBytes: number): string {
  const json = JSON.stringify(payload) ?? 'null';
  const bytes = Buffer.byteLength(json);
  if (bytes <= maxBytes) return json;
  const message = `${name}: expected a payload of at most ${maxBytes} bytes, found ${bytes}`;
  throw new LambdaException('RequestTooLargeException', message);
}
