import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { copyResults } from '../../../infra/cli/results.ts';
import { ObjectServer } from '../../../infra/cli/serve-objects.ts';
import { readEnv } from '../../../shared/aws/env.ts';
import { ansibleGalaxy, type Ended, findAnsible } from '../../support/galaxy/ansible.ts';
import { ended, type MirrorStack, startMirrorStack, tempFolder } from '../../support/galaxy/mirror.ts';
import { type Listening, listen, serveFolder } from '../../support/galaxy/static-folder.ts';
import {
  type CollectionSpec,
  type GalaxyUpstream,
  startGalaxyUpstream,
} from '../../support/galaxy/upstream.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const ansible = await findAnsible();
if ('missing' in ansible) console.log(`skipped: ${ansible.missing}`);

const COLLECTIONS: readonly CollectionSpec[] = [
  {
    namespace: 'test',
    name: 'many',
    versions: ['2.0.0', '2.0.0-rc.1', ...Array.from({ length: 110 }, (_, n) => `1.${110 - n}.0`)],
  },
  {
    namespace: 'test',
    name: 'needy',
    versions: [{ version: '1.0.0', dependencies: { 'test.base': '>=1.0.0,<2.0.0' }, signed: true }],
  },
  { namespace: 'test', name: 'base', versions: ['2.0.0', '1.2.0', '1.10.0', '1.0.0'], deprecated: true },
  { namespace: 'test', name: 'build', versions: ['1.0.0+build.5'] },
];
const REQUIREMENTS = `collections:
  - test.many
  - {name: test.many, version: 2.0.0-rc.1}
  - test.needy
  - test.base
  - test.build
`;

/** As a whole, so that a failure shows what the client said. */
const SUCCESS = { code: 0, output: expect.any(String) };

let upstream: GalaxyUpstream;
let mirror: MirrorStack;
let objects: ObjectServer;
let home: string;
const servers: Listening[] = [];
/** The mirror's address at each server, without the slash at its end. */
const urls: Record<string, string> = {};

beforeAll(async () => {
  if ('missing' in ansible) return;
  home = await tempFolder('ansible');
  upstream = await startGalaxyUpstream({ collections: COLLECTIONS });
  mirror = await startMirrorStack(upstream.host, { concurrency: 2 });
  objects = new ObjectServer(mirror.stateDir, 'galaxy/served');
  const out = join(home, 'out');
  const [bucket, plain] = [
    await listen((...given) => objects.handle(...given)),
    await listen(serveFolder(out)),
  ];
  servers.push(bucket, plain);
  urls['smallbatch serve'] = `${bucket.url}galaxy/served`;
  urls['a static web server'] = `${plain.url}galaxy/copied`;
  await mirrorTo('served', urls['smallbatch serve']);
  const copied = await mirrorTo('copied', urls['a static web server']);
  await copyResults(readEnv(['results']).results, copied.run, out);
});
afterAll(async () => {
  for (const { server } of servers) {
    server.closeAllConnections();
    server.close();
  }
  await objects?.close();
  await mirror?.stop();
  await upstream?.[Symbol.asyncDispose]();
  if (home) await rm(home, { recursive: true, force: true });
});

async function mirrorTo(name: string, baseUrl: string) {
  const mirrored = await ended(
    await mirror.upload(name, REQUIREMENTS, {
      server: upstream.server,
      'base-url': `${baseUrl}/`,
      docs: 'false',
    }),
  );
  expect(mirrored.run.state).toBe('completed');
  return mirrored;
}

describe.skipIf('missing' in ansible).each(['smallbatch serve', 'a static web server'])(
  'ansible-galaxy against %s',
  (server) => {
    const url = (): string => urls[server] ?? '';
    const folderOf = (purpose: string): string => join(home, `${purpose} ${server}`.replaceAll(' ', '-'));

    async function install(what: readonly string[], into: string): Promise<Ended> {
      return await ansibleGalaxy(['install', ...what, '-s', url(), '-p', folderOf(into)], home);
    }
    async function installed(into: string): Promise<string[]> {
      const root = join(folderOf(into), 'ansible_collections', 'test');
      const names = await readdir(root);
      const manifests = names.map(async (name) =>
        JSON.parse(await readFile(join(root, name, 'MANIFEST.json'), 'utf8')),
      );
      return (await Promise.all(manifests))
        .map(({ collection_info: { name, version } }) => `${name} ${version}`)
        .sort();
    }

    it('installs a collection and what it depends on, in the range that it says, and verifies both', async () => {
      const answer = await install(['test.needy'], 'needy');
      const verified = await ansibleGalaxy(
        ['verify', 'test.needy:1.0.0', 'test.base:1.10.0', '-s', url(), '-p', folderOf('needy')],
        home,
      );

      expect(answer).toEqual(SUCCESS);
      expect(await installed('needy')).toEqual(['base 1.10.0', 'needy 1.0.0']);
      expect(verified).toMatchObject({ code: 0, output: expect.stringContaining('Successfully verified') });
    });

    it('sees a file that was changed', async () => {
      await install(['test.base:1.0.0'], 'changed');
      await writeFile(join(folderOf('changed'), 'ansible_collections', 'test', 'base', 'README.md'), 'other');

      const verified = await ansibleGalaxy(
        ['verify', 'test.base:1.0.0', '-s', `${url()}/`, '-p', folderOf('changed')],
        home,
      );

      expect(verified.code).not.toBe(0);
      expect(verified.output).toContain('README.md');
    });

    it.each([
      ['test.many', 'many 2.0.0'],
      ['test.many:2.0.0-rc.1', 'many 2.0.0-rc.1'],
      ['test.many:>=1.5.0,<1.100.0,!=1.99.0', 'many 1.98.0'],
      ['test.many:<1.2.0', 'many 1.1.0'],
      ['test.base:>=1.0.0,<1.10.0', 'base 1.2.0'],
      ['test.build', 'build 1.0.0+build.5'],
    ])('installs %s: %s', async (what, expected) => {
      const into = `one-${expected.replaceAll(/\W/g, '-')}`;

      const answer = await install([what, '--force'], into);

      expect(answer).toEqual(SUCCESS);
      expect(await installed(into)).toEqual([expected]);
    });

    it('downloads by a requirements file', async () => {
      const file = join(home, 'download.yml');
      await writeFile(file, 'collections: [test.needy, {name: test.many, version: "1.7.0"}]\n');

      const answer = await ansibleGalaxy(
        ['download', '-r', file, '-s', url(), '-p', folderOf('download')],
        home,
      );

      expect(answer).toEqual(SUCCESS);
      expect((await readdir(folderOf('download'))).sort()).toEqual([
        'requirements.yml',
        'test-base-1.10.0.tar.gz',
        'test-many-1.7.0.tar.gz',
        'test-needy-1.0.0.tar.gz',
      ]);
    });

    it('is told of what is not there', async () => {
      const collection = await install(['test.nowhere'], 'nowhere');
      const version = await install(['test.base:>=3'], 'nowhere');

      expect([collection.code, version.code]).not.toContain(0);
      expect(version.output).toMatch(/Could not satisfy|Failed to resolve/);
    });

    it.skipIf(!hasGpg())('checks the signature that the mirror kept', async () => {
      const keyring = await importKey();

      const args = ['--keyring', keyring, '--required-valid-signature-count', '+1'];
      const signed = await install(['test.needy', '--no-deps', ...args], 'signed');
      const unsigned = await install(['test.base', ...args], 'unsigned');

      expect(signed).toEqual(SUCCESS);
      expect(unsigned.code).not.toBe(0);
    });
  },
);

function hasGpg(): boolean {
  try {
    execFileSync('gpg', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    console.log('skipped: gpg is not installed');
    return false;
  }
}

async function importKey(): Promise<string> {
  const gnupg = join(home, 'gnupg');
  await mkdir(gnupg, { recursive: true, mode: 0o700 });
  const keyring = join(gnupg, 'pubring.kbx');
  const args = ['--homedir', gnupg, '--no-default-keyring', '--keyring', keyring, '--batch', '--import'];
  execFileSync('gpg', args, { input: upstream.publicKey, stdio: ['pipe', 'ignore', 'ignore'] });
  return keyring;
}
