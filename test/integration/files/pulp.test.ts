/** Pulp's file plugin syncs a mirror. Optional: it needs PostgreSQL and a Pulp (SMALLBATCH_PULP, a virtual environment). */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import * as z from 'zod';
import { copyResults } from '../../../infra/cli/results.ts';
import { readEnv } from '../../../shared/aws/env.ts';
import { tempFolder } from '../../support/galaxy/mirror.ts';
import { findPulp } from '../../support/galaxy/pulp/install.ts';
import { type PulpServer, startPulp } from '../../support/galaxy/pulp/server.ts';
import { listen, serveFolder } from '../../support/galaxy/static-folder.ts';
import { manifestOf, type ServedFile, startFileServer } from '../../support/http/file-server.ts';
import { runList } from '../../support/kinds/list-run.ts';
import { startTestStack, synthTestStack } from '../../support/stack/local-stack.ts';

vi.setConfig({ testTimeout: 900_000 });
const programs = await findPulp(false);
if ('missing' in programs) console.log(`skipped: Pulp as a client of files: ${programs.missing}`);

const FILES: ServedFile[] = [
  { path: 'ok/a,b c.iso', size: 200_000 },
  { path: 'ok/dir/ä.txt', size: 3 },
  { path: 'cut/c.bin', size: 50_000 },
  { path: 'gone/d.bin', size: 7 },
];

test.skipIf('missing' in programs)('an empty Pulp syncs what the mirror has', async () => {
  if ('missing' in programs) throw new Error(programs.missing);
  const folder = await tempFolder('files');
  await using upstream = await startFileServer(FILES);
  await mirrorTo(folder, upstream.origin);
  const { server, url } = await listen(serveFolder(folder));
  try {
    await using pulp = await startPulp(programs);

    const synced = await sync(pulp, `${url}files/mirror/PULP_MANIFEST`);

    expect(synced).toEqual({ state: 'completed', error: null, files: 3 });
  } finally {
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
});

async function mirrorTo(folder: string, baseUrl: string): Promise<void> {
  const synthesised = await synthTestStack([], { allowedHosts: { files: ['127.0.0.1'] } });
  const stack = await startTestStack(synthesised);
  try {
    const run = await runList('files/mirror/PULP_MANIFEST', manifestOf(FILES), { baseUrl });
    expect(run.items).toMatchObject({ ok: 3, failed: 1 });
    await copyResults(readEnv(['results']).results, run, join(folder));
  } finally {
    await stack.stop();
    await synthesised.remove();
  }
}

const href = z.object({ pulp_href: z.string() });
const task = z.object({ state: z.string(), error: z.json().nullish() });
const repository = z.object({ latest_version_href: z.string() });
const version = z.object({
  content_summary: z.object({ present: z.record(z.string(), z.object({ count: z.number() })) }),
});

async function sync(pulp: PulpServer, url: string) {
  const remote = await call(pulp, 'remotes/file/file/', href, { name: 'mirror', url, policy: 'immediate' });
  const { pulp_href: path } = await call(pulp, 'repositories/file/file/', href, { name: 'mirror' });
  const begun = await call(pulp, `${path}sync/`, z.object({ task: z.string() }), {
    remote: remote.pulp_href,
  });
  let found = await call(pulp, begun.task, task);
  while (!['completed', 'failed', 'canceled'].includes(found.state)) {
    await sleep(300);
    found = await call(pulp, begun.task, task);
  }
  const { latest_version_href } = await call(pulp, path, repository);
  const { content_summary } = await call(pulp, latest_version_href, version);
  return { state: found.state, error: found.error, files: content_summary.present['file.file']?.count };
}

/** A GET, or a POST of `body`. */
async function call<T>(
  { url, authorization }: PulpServer,
  path: string,
  schema: z.ZodType<T>,
  body?: object,
) {
  const place = path.startsWith('/') ? path : `/pulp/api/v3/${path}`;
  const headers = { authorization, 'content-type': 'application/json' };
  const request = { method: body ? 'POST' : 'GET', headers, body: body && JSON.stringify(body) };
  const reply = await fetch(`${url}${place}`, request);
  const text = await reply.text();
  if (!reply.ok) throw new Error(`${place}: expected 2xx, found ${reply.status}: ${text.slice(0, 500)}`);
  return schema.parse(JSON.parse(text));
}
