import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { canvas } from '../../../../shared/kinds/canvas/index.ts';
import type { Listing } from '../../../../shared/kinds/canvas/schema.ts';
import { fileSource } from '../../../../shared/range-source.ts';
import { splitContext } from '../../../fixtures/canvas/play.ts';

/** Real exports, and the published set that another importer's rules give; they lie beside the project, if at all. */
const DATA = join(import.meta.dirname, '../../../../../shared/data/canvas');
const isThere = existsSync(DATA);
if (!isThere) console.info(`skipped: no ${DATA}`);

interface Expected {
  readonly published?: readonly { readonly path: string; readonly title: string | null }[];
}

/**
 * By archive. `tolerant` has a set for the one course that the other importer gives up on, since a page that its manifest names
 * is missing.
 */
function expectedSets(name: string): Record<string, Expected> {
  return isThere ? JSON.parse(readFileSync(join(DATA, name), 'utf8')) : {};
}

/** Where that importer reads nothing of Common Cartridge 1.3, the twin in 1.1 says what is right. */
const TWINS: Readonly<Record<string, string>> = { 'synthetic-mitlike-cc13.imscc': 'synthetic-mitlike.imscc' };

const cases = ['published_expected.json', 'published_expected_tolerant.json'].flatMap((list) => {
  const sets = expectedSets(list);
  return Object.keys(sets)
    .map((name) => [list, name, sets[TWINS[name] ?? name]?.published ?? []] as const)
    .filter(([, , published]) => published.length > 0);
});

type Listed = Pick<Listing, 'type' | 'published' | 'reason' | 'title'>;

async function listings(name: string): Promise<Map<string, Listed>> {
  const source = await fileSource(join(DATA, name));
  const beside = join(DATA, name.replace(/\.imscc$/, '.metadata.json'));
  const split = await canvas.split();
  const context = splitContext(
    { ...source, key: name },
    {
      startedAt: new Date('2026-11-20T00:00:00Z'),
      companion: existsSync(beside) ? await readFile(beside) : undefined,
    },
  );
  try {
    const found = new Map<string, Listed>();
    for await (const { item } of split(context))
      if ('listing' in item.data) found.set(item.data.listing.listedAs ?? item.id, item.data.listing);
    return found;
  } finally {
    await source.close();
  }
}

/** What that importer does not publish and this one does on purpose, and the other way round; the kind's page says why. */
const MORE = [
  // it knows no other items than pages and assignments
  /^(?:discussion|announcement|link|tool|quiz|calendar): /,
  // it asks who else may read the syllabus, not whether students have its tab
  /^syllabus: the syllabus is shown/,
  // it follows links of pages and assignments alone, and no pictures
  /^file: linked from /,
  // HTML in Files is a file like any other
  /^file: in Files \| .*\.html$/,
];
const LESS = [
  /^settings: /,
  /^page: the tab of the pages is hidden, and no module or page leads to it/,
  // a link to what the export does not have
  /^nothing: /,
];

function deviation(path: string, listed: Listed | undefined): string {
  return listed === undefined ? `nothing: ${path}` : `${listed.type}: ${listed.reason} | ${path}`;
}

describe.skipIf(!isThere)('published sets of real exports', () => {
  test('there are some', () => expect(cases.length).toBeGreaterThanOrEqual(9));

  test.each(cases)('%s: %s', async (_, name, expected) => {
    const listed = await listings(name);

    const published = [...listed].filter(([, { published }]) => published);
    const ours = new Map(published.map(([path, { title }]) => [path, title]));
    const theirs = new Map(expected.map(({ path, title }) => [path, title ?? '']));
    const unexplained = (paths: readonly string[], known: readonly RegExp[]): string[] =>
      paths
        .map((path) => deviation(path, listed.get(path)))
        .filter((each) => !known.some((pattern) => pattern.test(each)));
    expect(
      unexplained(
        [...ours.keys()].filter((path) => !theirs.has(path)),
        MORE,
      ),
    ).toEqual([]);
    expect(
      unexplained(
        [...theirs.keys()].filter((path) => !ours.has(path)),
        LESS,
      ),
    ).toEqual([]);
    const both = [...ours].filter(([path]) => theirs.has(path));
    expect(both.filter(([path, title]) => theirs.get(path) !== title)).toEqual([]);
  });

  test('of the courses that were made for it, the files are theirs but for HTML in Files', async () => {
    for (const [, name, expected] of cases.filter(([, name]) => name.startsWith('synthetic'))) {
      const listed = [...(await listings(name))].filter(([, { published }]) => published);

      const paths = listed.map(([path]) => path).filter((path) => !path.endsWith('page in files.html'));
      expect(paths.sort()).toEqual(expected.map(({ path }) => path).sort());
    }
  });
});
