import { once } from 'node:events';
import { createServer } from 'node:http';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { toIssues } from '../../shared/safe-text/issues.ts';
import { ObjectServer } from './serve-objects.ts';
import { UsageError } from './usage.ts';

/** What a mirror without a base URL has in its addresses. */
const DEFAULT_PORT = 8640;

export const SERVE_HELP = `Usage: smallbatch serve <key-prefix> [options]

Serves what local runs published below a key prefix (such as galaxy/my-mirror), read-only, on 127.0.0.1, as S3 would: a path is
an object's key, whole or below the prefix, with its slashes as they are; queries are not read; what is not there is 404; nothing
is listed. It may run beside a run, and shows what that publishes within a second. Ctrl-C ends it.

Options:
  --port N       where it listens; 0 takes a free port (default: ${DEFAULT_PORT})
  --state DIR    the state folder of the runs (default: .smallbatch)`;

const settings = z.object({
  port: z.coerce.number().int().min(0).max(65_535).default(DEFAULT_PORT),
  state: z.string().default('.smallbatch'),
});

/** `smallbatch serve`: returns the exit code when it is interrupted. */
export async function serve(argv: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: { port: { type: 'string' }, state: { type: 'string' } },
  });
  const parsed = settings.safeParse(values);
  if (!parsed.success) throw new UsageError(toIssues(parsed.error));
  const [given = '', ...others] = positionals;
  const prefix = given.replace(/^\/+|\/+$/g, '');
  if (prefix === '' || others.length > 0)
    throw new UsageError(`expected one key prefix, found ${prefix === '' ? 'none' : positionals.length}`);
  return await serveUntilInterrupted(prefix, { ...parsed.data, state: resolve(parsed.data.state) });
}

async function serveUntilInterrupted(
  prefix: string,
  { port, state }: z.infer<typeof settings>,
): Promise<number> {
  const objects = new ObjectServer(state, prefix);
  const server = createServer((request, response) => void objects.handle(request, response));
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const found = typeof address === 'object' ? address?.port : port;
    console.log(`http://127.0.0.1:${found}/${prefix}/`);
    if (!(await objects.has('latest.json')))
      console.error(`nothing was published below ${prefix} in ${state} yet`);
    await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
    return 0;
  } finally {
    server.close();
    server.closeAllConnections();
    await objects.close();
  }
}
