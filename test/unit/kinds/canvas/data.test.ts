import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { canvas } from '../../../../shared/kinds/canvas/index.ts';
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

async function publishedSet(name: string): Promise<string[]> {
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
    const published: string[] = [];
    for await (const { item } of split(context)) {
      const { data } = item;
      if (!('listing' in data) || !data.listing.published) continue;
      published.push(`${data.listing.listedAs ?? item.id} | ${data.listing.title}`);
    }
    return published.sort();
  } finally {
    await source.close();
  }
}

describe.skipIf(!isThere)('published sets of real exports', () => {
  test('there are some', () => expect(cases.length).toBeGreaterThanOrEqual(9));

  test.each(cases)('%s: %s', async (_, name, expected) => {
    const published = await publishedSet(name);

    expect(published).toEqual(expected.map(({ path, title }) => `${path} | ${title ?? ''}`).sort());
  });
});
