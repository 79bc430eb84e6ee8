import { writeFile } from 'node:fs/promises';
import { toOverrides } from './to-biome.ts';

/** One line an override. */
export const toText = (): string =>
  `{ "overrides": [\n${toOverrides()
    .map((override) => JSON.stringify(override))
    .join(',\n')}\n] }\n`;

/** Writes the linter's patterns anew, from the table of rooms. */
export const writeWalls = async (): Promise<void> =>
  await writeFile(new URL('walls.json', import.meta.url), toText());

/** `npm run walls` */
if (import.meta.main) await writeWalls();
