import { matchesGlob } from 'node:path';
import { rooms } from './rooms.ts';

const names = Object.keys(rooms);

/** The innermost room that a file lies in, by its name in the table. */
export function roomOf(file: string): string | undefined {
  const holding = names.filter((name) => matchesGlob(file, `${name}/**`));
  return holding.sort((a, b) => b.split('/').length - a.split('/').length)[0];
}

/** Are there rooms within this one? Then it is only the files that lie loose among them. */
export const hasRooms = (name: string): boolean => names.some((other) => other.startsWith(`${name}/`));
