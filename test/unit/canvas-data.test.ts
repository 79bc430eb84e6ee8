import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { embedsOf, mentionsOf } from '../../shared/kinds/canvas/course/mentions.ts';
import { parseMetadata } from '../../shared/kinds/canvas/course/metadata.ts';
import { toPublished } from '../../shared/kinds/canvas/course/publish.ts';
import { readCourse } from '../../shared/kinds/canvas/course/read.ts';
import { openZip } from '../../shared/zip/archive.ts';
import { fileSource } from '../../shared/zip/range-source.ts';

/** Real exports, and the published set that another importer's rules give; they lie beside the project, if at all. */
const DATA = join(import.meta.dirname, '../../../shared/data/canvas');
const isThere = existsSync(DATA);
if (!isThere) console.info(`skipped: no ${DATA}`);

type Published = { path: string; title: string | null };

/** Where that importer reads nothing of Common Cartridge 1.3, the twin in 1.1 says what is right. */
const TWINS: Readonly<Record<string, string>> = { 'synthetic-mitlike-cc13.imscc': 'synthetic-mitlike.imscc' };

function expectedSets(): [string, string[]][] {
  if (!isThere) return [];
  const sets = JSON.parse(readFileSync(join(DATA, 'published_expected_tolerant.json'), 'utf8'));
  return readdirSync(DATA)
    .filter((name) => name.endsWith('.imscc') && (sets[TWINS[name] ?? name]?.published.length ?? 0) > 0)
    .map((name) => [
      name,
      sets[TWINS[name] ?? name].published
        .map(({ path, title }: Published) => `${path} | ${title ?? ''}`)
        .sort(),
    ]);
}

async function publishedSet(name: string): Promise<string[]> {
  const tutorFolder = 'web_resources/ai/tutor';
  const source = await fileSource(join(DATA, name));
  try {
    const archive = await openZip(source);
    const rules = { now: new Date('2026-11-20T00:00:00Z'), timeZone: 'America/New_York', tutorFolder };
    const { facts, settings } = await readCourse(archive, source, rules);
    const beside = join(DATA, name.replace(/\.imscc$/, '.metadata.json'));
    const metadata = existsSync(beside)
      ? parseMetadata(readFileSync(beside, 'utf8'), facts.clock)
      : undefined;
    const { filesTabHidden } = settings;
    const published = toPublished(mentionsOf(facts), embedsOf(facts), {
      metadata,
      filesTabHidden,
      tutorFolder,
    });
    return Array.from(published)
      .filter(([, file]) => file.published)
      .map(([path, file]) => `${path} | ${file.title}`)
      .sort();
  } finally {
    await source.close();
  }
}

describe.skipIf(!isThere)('published sets of real exports', () => {
  test.each(expectedSets())('%s', async (name, expected) => {
    const published = await publishedSet(name);

    expect(published).toEqual(expected);
  });
});
