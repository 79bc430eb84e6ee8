import { once } from 'node:events';
import { createServer } from 'node:http';
import { resolve } from 'node:path';
import * as z from 'zod';
import { defineCommand } from '../../shared/command/define-command.ts';
import { EXIT } from '../../shared/command/exit.ts';
import { UsageError } from '../../shared/command/usage-error.ts';
import { ObjectServer } from './serve-objects.ts';
import { stateOption } from './settings.ts';

/** What a mirror without a base URL has in its addresses. */
const DEFAULT_PORT = 8640;

const serveOptions = z.object({
  port: z.coerce.number().int().min(0).max(65_535).default(DEFAULT_PORT).meta({
    description: 'where it listens; 0 takes a free port',
  }),
  state: stateOption,
});

export const serve = defineCommand({
  name: 'smallbatch serve',
  summary:
    'Serves what local runs published below a key prefix (such as galaxy/my-mirror), read-only, on 127.0.0.1. A path is an ' +
    "object's key, whole or below the prefix, with its slashes as they are; queries are not read; what is not there is 404; " +
    'nothing is listed. It may run beside a run, and shows what that publishes within a second. Ctrl-C ends it.',
  operands: { name: 'key-prefix', least: 1, most: 1 },
  options: serveOptions,
  async start({ options: { port, state }, operands: [given = ''] }) {
    const prefix = given.replace(/^\/+|\/+$/g, '');
    if (prefix === '') throw new UsageError(`expected a key prefix, found "${given}"`);
    return await serveUntilInterrupted(prefix, { port, state: resolve(state) });
  },
});

/** A page of any site could have a browser ask here, by a name that it has made to mean 127.0.0.1. */
const isOwnHost = (host = ''): boolean => /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host);

async function serveUntilInterrupted(
  prefix: string,
  { port, state }: z.infer<typeof serveOptions>,
): Promise<number> {
  const objects = new ObjectServer(state, prefix);
  const server = createServer((request, response) => {
    if (isOwnHost(request.headers.host)) return void objects.handle(request, response);
    response.writeHead(421).end('expected the host that serve printed\n');
  });
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const found = typeof address === 'object' ? address?.port : port;
    console.log(`http://127.0.0.1:${found}/${prefix}/`);
    if (!(await objects.has('latest.json')))
      console.error(`nothing was published below ${prefix} in ${state} yet`);
    await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
    return EXIT.done;
  } finally {
    server.close();
    server.closeAllConnections();
    await objects.close();
  }
}
