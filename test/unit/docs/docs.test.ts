import { existsSync, readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toOptionSpecs } from '../../../shared/command/options.ts';
import { allKinds } from '../../../shared/kinds/index.ts';
import { comparePages } from '../../docs/pages.ts';
import { root, toParts } from '../../docs/parts.ts';

/** Run `npm run docs` where one of these fails. */
describe('what the docs have of the code', () => {
  it.each(comparePages(toParts()).map((each) => [each.page, each] as const))(
    '%s is as the code says',
    (_, { is, ought }) => {
      expect(is).toBeDefined();
      expect(is).toBe(ought);
    },
  );

  it.each(
    allKinds().flatMap(({ name, options }) =>
      toOptionSpecs(options).map((spec) => [name, spec.name, spec] as const),
    ),
  )('the kind %s says what its option %s is for', (_kind, _name, { description }) => {
    expect(description).toMatch(/\S{2}/);
  });
});

/** Inline links of a page: `[text](target)`. */
const LINKS = /\[[^\]]*\]\(([^)\s]+)\)/g;

it('no page links to a file that there is not', async () => {
  const pages = await Array.fromAsync(glob(['*.md', '{functions,infra,shared,test}/**/*.md'], { cwd: root }));
  const own = pages.filter((page) => !/sample\/course|pdf-quality\/(?:held-out|unseen)/.test(page));

  const dead = own.flatMap((page) => {
    const text = readFileSync(join(root, page), 'utf8').replace(/^```[\s\S]*?^```/gm, '');
    const targets = Array.from(text.matchAll(LINKS), ([, target = '']) => target.replace(/#.*/, ''));
    const files = targets.filter((target) => target !== '' && !/^\w+:/.test(target));
    return files
      .filter((file) => !existsSync(join(root, dirname(page), file)))
      .map((file) => `${page}: ${file}`);
  });

  expect(dead).toEqual([]);
  expect(own.length).toBeGreaterThan(5);
});
