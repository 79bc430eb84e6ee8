import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

export type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface Listening {
  readonly url: string;
  readonly server: Server;
}

export async function listen(handle: Handle): Promise<Listening> {
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

/** What any web server for static files does: files, a folder's `index.html`, and the redirect to a folder's slash. */
export function serveFolder(root: string): Handle {
  return async (request, response) => {
    const [path = '/'] = (request.url ?? '/').split('?');
    const file = join(root, decodeURIComponent(path));
    const found = await stat(file).catch(() => undefined);
    if (found?.isDirectory() && !path.endsWith('/'))
      return void response.writeHead(301, { location: `${path}/` }).end();
    const target = path.endsWith('/') ? join(file, 'index.html') : file;
    const isThere = (await stat(target).catch(() => undefined))?.isFile();
    if (!isThere) return void response.writeHead(404).end();
    response.setHeader('content-type', target.endsWith('.html') ? 'text/html' : 'application/octet-stream');
    await pipeline(createReadStream(target), response);
  };
}
