/** `npm run rooms [-- FOLDER]`: prints the house as it is: its rooms, the arrows between them (imports, types included), circles. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hasRooms, roomOf } from './room-of.ts';

type Arrows = ReadonlyMap<string, ReadonlySet<string>>;

const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']+)'/g;

/** A room's folder; a file that lies loose among rooms stands for itself. */
function nameOf(file: string): string {
  const room = roomOf(file);
  if (room === undefined || hasRooms(room)) return file;
  return file.split('/').slice(0, room.split('/').length).join('/');
}

/** Which rooms each room imports. */
function readArrows(root: string): Arrows {
  const arrows = new Map<string, Set<string>>();
  for (const file of globSync('{functions,infra,shared}/**/*.{ts,js}', { cwd: root })) {
    const room = nameOf(file);
    const targets = arrows.get(room) ?? new Set();
    for (const [, path = ''] of readFileSync(join(root, file), 'utf8').matchAll(IMPORT))
      targets.add(nameOf(join(dirname(file), path)));
    targets.delete(room);
    arrows.set(room, targets);
  }
  return arrows;
}

/** All that can be reached from a room. */
function reachOf(room: string, arrows: Arrows): Set<string> {
  const seen = new Set<string>();
  const open = [room];
  for (let next = open.pop(); next !== undefined; next = open.pop())
    for (const target of arrows.get(next) ?? []) {
      if (!seen.has(target)) open.push(target);
      seen.add(target);
    }
  return seen;
}

const arrows = readArrows(process.argv[2] ?? '.');
const reaches = new Map([...arrows.keys()].map((room) => [room, reachOf(room, arrows)]));
// a room stands above all that it reaches
const rooms = [...reaches]
  .sort(([a, x], [b, y]) => y.size - x.size || (a < b ? -1 : 1))
  .map(([room]) => room);
for (const room of rooms)
  console.log(`${room} → ${[...(arrows.get(room) ?? [])].sort().join(' ') || '(nothing)'}`);
const inCircles = rooms.filter((room) => reaches.get(room)?.has(room));
const count = [...arrows.values()].reduce((sum, { size }) => sum + size, 0);
console.log(`\n${rooms.length} rooms, ${count} arrows; in circles: ${inCircles.join(' ') || 'none'}`);
