import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { startHttpServer } from '../../support/http/server.ts';

const PROGRAM = fileURLToPath(new URL('../../support/galaxy/memory.ts', import.meta.url));
/** For documents ten times as large as the largest usual ones (0.9 MB, 3 MB), so that what holds them is far beyond. */
const LIMIT_BYTES = 5_000_000;
const SHA256 = 'a'.repeat(64);

const root = Buffer.from('{"available_versions": {"v3": "v3/"}}');
const docs = Buffer.alloc(30_000_000, 'x');
/** Most of it the list of files. */
const detail = Buffer.from(
  JSON.stringify({
    files: { files: Array.from({ length: 65_000 }, toFile), format: 1 },
    namespace: { name: 'acme' },
    name: 'tools',
    version: '1.0.0',
    artifact: { filename: 'acme-tools-1.0.0.tar.gz', sha256: SHA256, size: 1 },
    download_url: '/none',
    metadata: { dependencies: {}, tags: [] },
  }),
);

test('a detail of 9 MB and docs of 30 MB are never held whole', async () => {
  expect(detail.length).toBeGreaterThan(9_000_000);
  await using server = await startHttpServer((reply, { url }) =>
    reply.end(url === '/api/' ? root : url.endsWith('/docs-blob/') ? docs : detail),
  );

  const streamed = await measure(`${server.origin}/api/`, 'stream');
  const whole = await measure(`${server.origin}/api/`, 'whole');

  console.log(
    `growth at the peak, in bytes: streamed ${JSON.stringify(streamed)}, whole ${JSON.stringify(whole)}`,
  );
  expect(streamed.detail).toBeLessThan(LIMIT_BYTES);
  expect(streamed.docs).toBeLessThan(LIMIT_BYTES);
  // the measure can tell: what parses the same detail whole is over the limit
  expect(whole.detail).toBeGreaterThan(LIMIT_BYTES);
});

async function measure(server: string, how: 'stream' | 'whole') {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', PROGRAM, server, how], {
    timeout: 50_000,
  });
  return z.object({ detail: z.number(), docs: z.number() }).parse(JSON.parse(stdout));
}

function toFile(_: unknown, at: number) {
  return { name: `plugins/modules/module_${at}.py`, ftype: 'file', chksum_sha256: SHA256, format: 1 };
}
