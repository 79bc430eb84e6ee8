/** The linter's overrides that hold the rooms apart. */
import { hasRooms } from './room-of.ts';
import { type Room, rooms } from './rooms.ts';

/** How deep folders may lie in a room; a test looks that no file lies deeper. */
export const MAX_DEPTH = 2;

const SDK_RULE = {
  group: ['@aws-sdk/*', '@aws-sdk/*/**'],
  message: 'Only a room that owns a service imports its client: shared/aws, shared/vision, infra.',
};

/** One override for the files of each room at each depth: no two match one file, since the last would replace the others. */
export function toOverrides(): object[] {
  const depths = Array.from({ length: MAX_DEPTH + 1 }, (_, depth) => depth);
  return Object.entries(rooms).flatMap(([name, room]) =>
    depths.map((depth) => ({
      includes: [`${name}${'/*'.repeat(depth + 1)}.{ts,js}`, ...(depth > 0 ? roomsWithin(name) : [])],
      linter: { rules: { style: { noRestrictedImports: toRule(name, room, depth) } } },
    })),
  );
}

/** Files of the rooms within this one are theirs. */
const roomsWithin = (name: string): string[] =>
  Object.keys(rooms)
    .filter((other) => other.startsWith(`${name}/`))
    .map((other) => `!${other}/**`);

function toRule(name: string, { imports, hasSdk }: Room, depth: number): object {
  const isUnnamed = depth > 0 && hasRooms(name);
  const walls = isUnnamed
    ? { group: ['./**', '../**'], message: 'This folder is not yet among the rooms in test/walls/rooms.ts.' }
    : {
        group: toGroup(name, imports, depth),
        message: `${name} may not import this: see test/walls/rooms.ts.`,
      };
  return { level: 'error', options: { patterns: hasSdk ? [walls] : [walls, SDK_RULE] } };
}

/** All that leaves the room, and as exceptions what it may import. */
function toGroup(name: string, imports: readonly string[], depth: number): string[] {
  const outside = [`${'../'.repeat(depth + 1)}**`, ...(hasRooms(name) ? ['./*/**'] : [])];
  const others = imports.filter((target) => target !== name);
  return [...outside, ...others.map((target) => `!${toPattern(name, depth, target)}`)];
}

/** How a file `depth` folders below the room `from` writes an import of `target`, as a pattern: `../json/**`. */
function toPattern(from: string, depth: number, target: string): string {
  const steps = from.split('/');
  const parts = target.split('/');
  const apart = parts.findIndex((part, index) => part !== steps[index]);
  const common = apart < 0 ? parts.length : apart;
  const up = steps.length - common + depth;
  const path = [...(up === 0 ? ['.'] : Array<string>(up).fill('..')), ...parts.slice(common)].join('/');
  if (target.endsWith('.ts')) return path;
  // of a room that has others within it only its own files
  return hasRooms(target) ? `${path}/*` : `${path}/**`;
}
