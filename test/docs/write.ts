/** `npm run docs`: writes the parts of the docs that are made of the code, and the linter's walls. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
