import { glob, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Arrow, refused } from '../../walls/probe.ts';
import { hasRooms, roomOf } from '../../walls/room-of.ts';
import { rooms } from '../../walls/rooms.ts';
import { MAX_DEPTH } from '../../walls/to-biome.ts';
import { toText } from '../../walls/write.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const names = Object.keys(rooms);

/** A file of a room: its own, or `depth` folders below it. `*` stands for a kind that there is not yet. */
const fileIn = (room: string, depth = 0): string =>
  `${room.replace('*', 'some-kind')}/${'deep/'.repeat(depth)}file.ts`;

/** Each room's imports of each other room, of a room that nobody knows, and of AWS's clients. */
function arrowsOf(depth: number): Arrow[] {
  const targets = [
    ...names.map((name) => fileIn(name)),
    'test/support/x.ts',
    'shared/cellar/x.ts',
    '@aws-sdk/client-s3',
  ];
  return names.flatMap((name) => targets.map((to) => ({ from: fileIn(name, depth), to }))).filter(leavesRoom);
}

const leavesRoom = ({ from, to }: Arrow): boolean => roomOf(from) !== roomOf(to);

function isAllowed({ from, to }: Arrow): boolean {
  const room = roomOf(from) ?? '';
  const { imports, hasSdk } = rooms[room] ?? { imports: [] };
  // folders beside named rooms are rooms that have no name yet
  if (from.includes('/deep/') && hasRooms(room) && !to.startsWith('@')) return false;
  if (to.startsWith('@aws-sdk/')) return hasSdk === true;
  return imports.includes(to) || imports.includes(roomOf(to) ?? '');
}

const toLine = ({ from, to }: Arrow): string => `${from} → ${to}`;

describe('the linter', () => {
  it.each([0, 1, 2])(
    'refuses what the table of rooms does not name, %i folders deep, and nothing else',
    async (depth) => {
      const arrows = arrowsOf(depth);

      const found = await refused(arrows, 'style/noRestrictedImports');

      const forbidden = arrows.filter((arrow) => !isAllowed(arrow));
      expect(found.map(toLine).sort()).toEqual(forbidden.map(toLine).sort());
      expect(forbidden.length).toBeGreaterThan(700);
      expect(arrows.length - forbidden.length).toBeGreaterThan(200);
    },
  );

  it('refuses what the rules of the house say in words', async () => {
    const forbidden = [
      ['shared/kinds/canvas/x.ts', 'shared/kinds/pdf/x.ts'],
      ['shared/kinds/canvas/course/x.ts', 'shared/kinds/galaxy/x.ts'],
      ['shared/kinds/pdf/x.ts', 'shared/run/ledger.ts'],
      ['shared/kinds/galaxy/x.ts', 'shared/aws/store.ts'],
      ['shared/kinds/galaxy/x.ts', '@aws-sdk/client-s3'],
      ['shared/pdf/tables/x.ts', 'shared/pdf/layout/x.ts'],
      ['shared/pdf/read/x.ts', 'shared/kind.ts'],
      ['shared/text/office/x.ts', 'shared/pdf/x.ts'],
      ['shared/zip/x.ts', 'shared/finish/x.ts'],
      ['shared/run/x.ts', 'shared/process/x.ts'],
      ['shared/plan/x.ts', 'shared/split/x.ts'],
      ['shared/process/x.ts', 'shared/finish/x.ts'],
      ['shared/aws/x.ts', 'shared/run/x.ts'],
      ['shared/split/x.ts', 'infra/config.ts'],
      ['shared/kind.ts', 'shared/run/x.ts'],
      ['functions/x.ts', 'infra/stack.ts'],
      ['functions/x.ts', '@aws-sdk/client-sqs'],
      ['infra/stack.ts', 'shared/split/split.ts'],
      ['infra/local/s3/x.ts', 'infra/local/local-stack.ts'],
      ['shared/http/x.ts', 'test/support/http/server.ts'],
    ].map(([from = '', to = '']) => ({ from, to }));

    expect(await refused(forbidden, 'style/noRestrictedImports')).toEqual(expect.arrayContaining(forbidden));
  });

  it('refuses circles, and those of types', async () => {
    const circle = [
      { from: 'shared/run/a.ts', to: 'shared/run/b.ts' },
      { from: 'shared/run/b.ts', to: 'shared/run/a.ts' },
    ];
    const chain = { from: 'shared/run/c.ts', to: 'shared/run/a.ts' };

    expect(await refused([...circle, chain], 'suspicious/noImportCycles')).toEqual(circle);
  });
});

it('has the patterns that its table makes', async () => {
  expect(await readFile(new URL('../../walls/walls.json', import.meta.url), 'utf8')).toBe(toText());
});

it('lets no file lie outside the rooms, or deeper than the patterns reach', async () => {
  const files = await Array.fromAsync(glob('{functions,infra,shared}/**/*.{ts,js}', { cwd: root }));

  expect(files.filter((file) => depthOf(file) > MAX_DEPTH)).toEqual([]);
  expect(files.length).toBeGreaterThan(400);
});

/** Folders between a file and its room; a file outside all rooms lies too deep. */
function depthOf(file: string): number {
  const room = roomOf(file);
  return room === undefined ? Number.POSITIVE_INFINITY : file.split('/').length - room.split('/').length - 1;
}
