import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { type Access, hasAccess, isTokenRequest, sendToken } from './upstream-access.ts';
import { type Fault, Faults, hasAnswered, sendBody } from './upstream-faults.ts';
import { type Body, type CollectionSpec, GalaxyReplies, type Layout } from './upstream-replies.ts';
import { openSigner } from './upstream-signing.ts';

export type { Fault } from './upstream-faults.ts';
export type { CollectionSpec } from './upstream-replies.ts';

export interface GalaxyUpstreamOptions {
  readonly collections: readonly CollectionSpec[];
  readonly faults?: readonly Fault[];
  /** `plain`: the paths of the API's specification; `pulp`: those redirect to galaxy.ansible.com's own. */
  readonly layout?: Layout;
  readonly access?: Access;
  /** What an odd server makes of a right JSON reply. */
  readonly oddly?: Oddly;
}

export interface Oddly {
  /** Another document in place of the one at this path. */
  rewrite?(path: string, document: Record<string, unknown>): unknown;
  /** JSON in gzip, which nobody asked for. */
  readonly isGzip?: boolean;
}

export interface GalaxyUpstream extends AsyncDisposable {
  /** The URL for `server`, with the slash at its end. */
  readonly server: string;
  /** Where a refresh token is exchanged. */
  readonly authUrl: string;
  /** `127.0.0.1:port`, for `allowedHosts`. */
  readonly host: string;
  /** The armoured public key that versions with `signed: true` are signed with. */
  readonly publicKey: string;
  /** How often each path (with its query) was asked for. */
  readonly requests: ReadonlyMap<string, number>;
  /** How many requests had a path that matches. */
  count(path?: RegExp): number;
  /** Forgets the requests so far. */
  forget(): void;
  /** Other faults from now on. */
  fail(...faults: readonly Fault[]): void;
  /** Other contents from now on: what is published, and its time, change. */
  publish(collections: readonly CollectionSpec[]): void;
}

/** A Galaxy of our own on 127.0.0.1, with tarballs built on the fly and faults by path and attempt. */
export async function startGalaxyUpstream(options: GalaxyUpstreamOptions): Promise<GalaxyUpstream> {
  const signer = await openSigner();
  const replies = new GalaxyReplies(options.collections, options.layout ?? 'plain', signer);
  const faults = new Faults(options.faults ?? []);
  const requests = new Map<string, number>();
  const answer = async (request: IncomingMessage, reply: ServerResponse): Promise<void> => {
    const path = request.url ?? '/';
    requests.set(path, (requests.get(path) ?? 0) + 1);
    const fault = faults.at(path);
    if (hasAnswered(reply, fault)) return;
    if (isTokenRequest(path)) return await sendToken(request, reply, options.access);
    if (!hasAccess(request, options.access)) return send(reply, 401, { errors: [{ status: '401' }] });
    const found = await replies.at(new URL(path, `http://${request.headers.host}`), fault);
    await sendFound(reply, options.oddly ? toOdd(found, path, reply, options.oddly) : found, fault);
  };
  const { host, close } = await listen(answer);
  return {
    server: `http://${host}/api/`,
    authUrl: `http://${host}/auth/token`,
    host,
    publicKey: signer.publicKey,
    requests,
    count: (path = /^/) =>
      requests.entries().reduce((sum, [asked, times]) => sum + (path.test(asked) ? times : 0), 0),
    forget: () => requests.clear(),
    fail: (...next) => faults.set(next),
    publish: (collections) => replies.publish(collections),
    [Symbol.asyncDispose]: close,
  };
}

function toOdd(found: Found, path: string, reply: ServerResponse, { rewrite, isGzip }: Oddly): Found {
  if (typeof found !== 'object' || found.type !== 'application/json') return found;
  const document = JSON.parse(found.body.toString());
  const body = Buffer.from(JSON.stringify(rewrite?.(path, document) ?? document));
  if (isGzip) reply.setHeader('content-encoding', 'gzip');
  return { type: found.type, body: isGzip ? gzipSync(body) : body };
}

type Found = Body | string | undefined;

async function sendFound(reply: ServerResponse, found: Found, fault: Fault | undefined) {
  if (found === undefined) send(reply, 404, { errors: [{ status: '404' }] });
  else if (typeof found === 'string') reply.writeHead(302, { location: found }).end();
  else await sendBody(reply, found.type, found.body, fault);
}

function send(reply: ServerResponse, status: number, body: unknown): void {
  reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function listen(answer: (request: IncomingMessage, reply: ServerResponse) => Promise<void>) {
  const server = createServer((request, reply) => {
    answer(request, reply).catch((error: unknown) => reply.destroy(error as Error));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('expected a port');
  return {
    host: `127.0.0.1:${address.port}`,
    async close() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}
