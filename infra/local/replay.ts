import { IncomingMessage } from 'node:http';

/** The same request with its body, which has been read, to be read once more: a check reads it before the service does. */
export function replay(request: IncomingMessage, body: string): IncomingMessage {
  const again = new IncomingMessage(request.socket);
  again.method = request.method;
  again.url = request.url;
  again.headers = request.headers;
  again.push(body);
  again.push(null);
  // Without it, the end of the stream would look like a client that went away.
  again.complete = true;
  return again;
}
