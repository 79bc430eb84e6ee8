import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Part, root } from './parts.ts';

/** Each page that has parts made of the code, as it is and as it ought to be; a page that there is not yet is undefined. */
export function comparePages(parts: readonly Part[]): { page: string; is?: string; ought?: string }[] {
  return [...Map.groupBy(parts, ({ page }) => page)].map(([page, own]) => {
    const file = join(root, page);
    if (!existsSync(file)) return { page };
    const is = readFileSync(file, 'utf8');
    return { page, is, ought: own.reduce(withPart, is) };
  });
}

/** The page with the part in its place: between its marks, or at the end of a page that has none yet. */
function withPart(page: string, { name, text }: Part): string {
  const [begin, end] = [`<!-- ${name}: npm run docs writes this -->`, `<!-- /${name} -->`];
  const part = `${begin}\n${text}\n${end}`;
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) return `${page.trimEnd()}\n\n${part}\n`;
  return page.slice(0, from) + part + page.slice(to + end.length);
}
