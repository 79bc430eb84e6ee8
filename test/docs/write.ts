/** `npm run docs`: writes the parts of the docs that are made of the code, and other files that are. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileLineJsonSchema } from '../../shared/kinds/canvas/finish/files-list.ts';
import { writeWalls } from '../walls/write.ts';
import { comparePages } from './pages.ts';
import { root, toParts } from './parts.ts';

for (const { page, is, ought } of comparePages(toParts())) {
  if (ought === undefined) console.error(`${page}: there is no such page yet`);
  else if (ought !== is) {
    writeFileSync(join(root, page), ought);
    console.log(`${page}: written`);
  }
}
await writeWalls();
writeJson('shared/kinds/canvas/files.schema.json', fileLineJsonSchema());

function writeJson(page: string, value: object): void {
  writeFileSync(join(root, page), JSON.stringify(value));
  execFileSync(join(root, 'node_modules', '.bin', 'biome'), ['format', '--write', join(root, page)], {
    stdio: 'ignore',
  });
}
