/** A real, empty Pulp syncs the mirror. Optional: it needs PostgreSQL and a Pulp (SMALLBATCH_PULP, a virtual environment). */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { copyResults } from '../../../infra/cli/results.ts';
import { ObjectServer } from '../../../infra/cli/serve-objects.ts';
import { readEnv } from '../../../shared/aws/env.ts';
import { ended, type MirrorStack, startMirrorStack, tempFolder } from '../../support/galaxy/mirror.ts';
import { findPulp } from '../../support/galaxy/pulp/install.ts';
import { startPulp } from '../../support/galaxy/pulp/server.ts';
import { PulpMirror } from '../../support/galaxy/pulp/sync.ts';
import { type Listening, listen, serveFolder } from '../../support/galaxy/static-folder.ts';
import { type GalaxyUpstream, startGalaxyUpstream } from '../../support/galaxy/upstream.ts';

vi.setConfig({ testTimeout: 900_000, hookTimeout: 300_000 });

const programs = await findPulp(false);
if ('missing' in programs) console.log(`skipped: Pulp as a client: ${programs.missing}`);

const COLLECTIONS = [
  {
    namespace: 'test',
    name: 'needy',
    versions: [
      { version: '2.0.0', dependencies: { 'test.base': '>=1.0.0' }, docsBytes: 200_000 },
      { version: '1.0.0', docsBytes: 100 },
    ],
  },
  { namespace: 'test', name: 'base', versions: ['1.1.0', '1.0.0'] },
];
const REQUIREMENTS = 'collections: [test.needy]\n';
const EXPECTED = ['test.base 1.0.0', 'test.base 1.1.0', 'test.needy 1.0.0', 'test.needy 2.0.0'];

let upstream: GalaxyUpstream;
let mirror: MirrorStack;
let objects: ObjectServer;
let home: string;
const servers: Listening[] = [];
const urls: Record<string, string> = {};

beforeAll(async () => {
  if ('missing' in programs) return;
  home = await tempFolder('pulp');
  upstream = await startGalaxyUpstream({ collections: COLLECTIONS });
  mirror = await startMirrorStack(upstream.host, { concurrency: 2 });
  objects = new ObjectServer(mirror.stateDir, 'galaxy/served');
  const served = await listen((...given) => objects.handle(...given));
  const plain = await listen(serveFolder(join(home, 'out')));
  servers.push(served, plain);
  urls['smallbatch serve'] = `${served.url}galaxy/served/`;
  urls['a static web server'] = `${plain.url}galaxy/copied/`;
  await mirrorTo('served', { 'base-url': urls['smallbatch serve'], docs: 'true' });
  const copied = await mirrorTo('copied', { 'base-url': urls['a static web server'] });
  await copyResults(readEnv(['results']).results, copied.run, join(home, 'out'));
});
afterAll(async () => {
  for (const { server } of servers) server.close();
  await objects?.close();
  await mirror?.stop();
  await upstream?.[Symbol.asyncDispose]();
  if (home) await rm(home, { recursive: true, force: true });
});

async function mirrorTo(name: string, options: object) {
  const given = { server: upstream.server, ...options };
  const mirrored = await ended(await mirror.upload(name, REQUIREMENTS, given));
  expect(mirrored.run.state).toBe('completed');
  return mirrored;
}

describe.skipIf('missing' in programs)('an empty Pulp', () => {
  it.each([
    ['smallbatch serve', true],
    ['a static web server', false],
  ])(
    'syncs all of a mirror from %s (with docs: %s), and nothing more the second time',
    async (server, hasDocs) => {
      if ('missing' in programs) throw new Error(programs.missing);
      await using pulp = await startPulp(programs);
      const synced = await PulpMirror.open(pulp, 'mirror', urls[server] ?? '', REQUIREMENTS);

      const first = await synced.sync();
      const versions = await synced.versions();
      const second = await synced.sync();

      expect(first).toMatchObject({ state: 'completed', contents: { 'ansible.collection_version': 4 } });
      expect(versions).toEqual(EXPECTED);
      const docs = await synced.docs('test.needy', '2.0.0');
      const served = await mirror.read('served/v3/collections/test/needy/versions/2.0.0/docs-blob/');
      expect(docs).toEqual(hasDocs ? JSON.parse(String(served)).docs_blob : {});
      expect(second.state).toBe('completed');
      expect(second.contents).toEqual(first.contents);
    },
  );
});
