/** What every kind must keep, whatever it does: each registered one is tried, and the example that the docs quote. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ItemResult, Kind } from '../../shared/kind.ts';
import { allKinds } from '../../shared/kinds/index.ts';
import type { Opened } from './fixture.ts';
import { fixtures } from './fixtures/index.ts';
import type { Measured } from './measure-process.ts';
import { type Played, play, type Setting, splitFrom } from './play.ts';

const ID_BYTES_MAX = 1024;
const loaded = await Promise.all(
  Object.entries(fixtures).map(async ([name, load]) => [name, await load()] as const),
);

it('has a fixture for every registered kind', () => {
  expect(Object.keys(fixtures)).toEqual(expect.arrayContaining(allKinds().map(({ name }) => name)));
});

describe.each(loaded)('the kind %s', (_, { kind, open, timeless }) => {
  let opened: Opened;
  let setting: Setting;
  let good: Played;
  beforeAll(async () => {
    opened = await open();
    setting = { ...opened, timeless, scratch: await mkdtemp(join(tmpdir(), 'smallbatch-conformance-')) };
    good = await play(kind, opened.good, setting);
  });
  afterAll(async () => {
    await opened[Symbol.asyncDispose]?.();
    await rm(setting.scratch, { recursive: true, force: true });
  });

  it('processes its good source without a failure', () => {
    expect(good.failure).toBeUndefined();
    expect(good.results.length).toBeGreaterThan(0);
    expect(good.results.filter(({ status }) => status !== 'ok')).toEqual([]);
  });

  it('gives each item an id of its own, and the same id and identity in every run', async () => {
    const again = (await Array.fromAsync(splitFrom(kind, opened.good, setting))).map(toIdentity);

    expect(again).toEqual(good.entries.map(toIdentity));
    expect(new Set(again.map(([id]) => id)).size).toBe(again.length);
    for (const [id] of again) expect(Buffer.byteLength(id)).toBeLessThanOrEqual(ID_BYTES_MAX);
  });

  it('makes items that survive their way through a message', () => {
    for (const { item } of good.entries) {
      const arrived = JSON.parse(JSON.stringify(item));
      expect(arrived).toEqual(item);
      expect(kind.data.safeParse(arrived.data).error).toBeUndefined();
    }
  });

  it('can be left in the middle of its split, and goes on from a cursor with what is left', async () => {
    const generator = splitFrom(kind, opened.good, setting);
    expect((await generator.next()).done).toBe(false);
    await generator.return(undefined);

    for (const [index, { cursor }] of good.entries.entries()) {
      if (cursor === undefined) continue;
      const rest = await Array.fromAsync(splitFrom(kind, opened.good, setting, cursor));
      expect(rest.map(toIdentity)).toEqual(good.entries.slice(index + 1).map(toIdentity));
    }
  });

  it('estimates every item within its largest memory size and its time limit', () => {
    for (const { item } of good.entries) {
      const { memoryMb, seconds } = kind.estimate(item);
      expect(memoryMb).toBeGreaterThan(0);
      expect(memoryMb).toBeLessThanOrEqual(Math.max(...kind.limits.memoryMb));
      expect(seconds).toBeGreaterThanOrEqual(0);
      expect(seconds).toBeLessThanOrEqual(kind.limits.itemSeconds);
    }
  });

  it('makes the same outputs of the same source, byte for byte', async () => {
    const again = await play(kind, opened.good, setting);

    expect(toHashes(again)).toEqual(toHashes(good));
    expect(again.results.map(toLasting)).toEqual(good.results.map(toLasting));
  });

  it('puts each output at a path of its own, within its folder, and says what it put', () => {
    for (const [path, { changes }] of good.outputs) {
      expect(path).not.toMatch(/^\/|\\|(?:^|\/)\.\.?(?:\/|$)|\p{Cc}/u);
      expect({ path, changes }).toEqual({ path, changes: 0 });
    }
    for (const { path, bytes } of good.results.flatMap(({ outputs }) => outputs))
      expect(good.outputs.get(path)?.bytes).toBe(bytes);
  });

  it('lets what is hostile fail alone, under a code that says why', async () => {
    for (const { title, fails, ...source } of opened.hostile) {
      const played = await play(kind, source, setting);

      const failures = played.results
        .filter(({ failure }) => failure)
        .map(({ id, failure }) => [id, failure?.code]);
      expect({ title, fails: played.failure?.code ?? Object.fromEntries(failures) }).toEqual({
        title,
        fails,
      });
      if (typeof fails === 'object') expect(outputsOf(played, good)).toEqual(outputsOf(good, played));
    }
    expect(opened.hostile.length).toBeGreaterThan(0);
  });

  it.each([
    ['empty', () => new Uint8Array()],
    ['cut in half', (bytes: Uint8Array) => bytes.subarray(0, Math.floor(bytes.length / 2))],
    ['without its beginning', (bytes: Uint8Array) => bytes.subarray(Math.floor(bytes.length / 2))],
    [
      'full of zeros in its middle',
      (bytes: Uint8Array) =>
        Buffer.from(bytes).fill(0, Math.floor(bytes.length / 3), Math.floor(bytes.length / 2)),
    ],
    ['random', (bytes: Uint8Array) => Buffer.from(bytes).map((_, n) => (n * 2_654_435_761) >>> 13)],
  ])('says why it can not read a source that is %s', async (_title, damage) => {
    const played = await play(kind, { ...opened.good, bytes: damage(opened.good.bytes) }, setting);

    const codes = [played.failure, ...played.results.map(({ failure }) => failure)].map(
      (failure) => failure?.code,
    );
    expect(codes).not.toContain('ITEM_FAILED');
  });

  it('stays within its estimates, its memory size and its scratch folder, in a process of its own', async () => {
    await using measured = await measure(kind);

    const estimates = new Map(good.entries.map(({ item }) => [item.id, kind.estimate(item)]));
    for (const { id, peakMb, seconds } of measured.items) {
      const estimate = estimates.get(id);
      if (estimate)
        expect({ id, peakMb: Math.ceil(peakMb) }).toEqual({
          id,
          peakMb: expect.toSatisfy((mb: number) => mb <= estimate.memoryMb),
        });
      expect(seconds).toBeLessThan(kind.limits.itemSeconds);
    }
    expect(measured.items.length).toBeGreaterThan(0);
    expect(measured.written).toEqual([]);
  });
});

const toIdentity = ({ item }: Played['entries'][number]) => [item.id, item.identity] as const;
const toHashes = ({ outputs }: Played) => Array.from(outputs, ([path, { sha256 }]) => [path, sha256]);
/** Without times; an output's size may depend on the digits of one. */
const toLasting = ({ ms: _, outputs, ...result }: ItemResult) => ({
  ...result,
  outputs: outputs.map(({ path }) => path),
});

/** The outputs of the items that another play has, too: by their identity, nothing has changed for them. */
function outputsOf({ results, outputs }: Played, other: Played): unknown {
  const known = new Set(other.results.map(toKey));
  const same = results.filter((result) => known.has(toKey(result)));
  expect(same.length).toBeGreaterThan(0);
  const paths = same.flatMap((result) => result.outputs.map(({ path }) => path));
  return paths.sort().map((path) => [path, outputs.get(path)?.sha256]);
}

const toKey = ({ id, identity }: ItemResult): string => JSON.stringify([id, identity]);

/** Runs the kind's good source in another process; `written` is what it left outside its scratch folder. */
async function measure(kind: Kind): Promise<Measured & AsyncDisposable & { written: string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'smallbatch-measured-'));
  const [cwd, home, temporary] = (await Promise.all(
    ['cwd', 'home', 'tmp'].map(async (name) => (await mkdir(join(folder, name), { recursive: true })) ?? ''),
  )) as [string, string, string];
  const program = join(import.meta.dirname, 'measure-process.ts');
  const env = { ...process.env, HOME: home, TMPDIR: temporary };
  const { stdout } = await promisify(execFile)(process.execPath, [program, kind.name], { cwd, env });
  const measured: Measured = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const written = files.filter((file) => file.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return {
    ...measured,
    written: written.filter((path) => !path.startsWith(measured.scratch)),
    [Symbol.asyncDispose]: async () => await rm(folder, { recursive: true }),
  };
}
