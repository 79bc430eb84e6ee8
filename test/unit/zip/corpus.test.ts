import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectZip } from '../../../shared/zip/inspect.ts';
import { strictSource } from '../../support/s3/strict-source.ts';

const root = join(import.meta.dirname, '../../..');
const corpus = join(root, '../shared/data/zips');
const isHere = existsSync(join(corpus, 'manifest.tsv'));
if (!isHere) console.log('zip corpus skipped: ../shared/data/zips is not there');

interface Row {
  readonly file: string;
  readonly expected: string;
}

const rows: Row[] = isHere ? parseManifest(readFileSync(join(corpus, 'manifest.tsv'), 'utf8')) : [];
const decisions = parseDecisions(readFileSync(join(root, 'shared/zip/README.md'), 'utf8'));

function parseManifest(text: string): Row[] {
  const [, ...lines] = text.trimEnd().split('\n');
  return lines.map((line) => {
    const [file = '', , , expected = ''] = line.split('\t');
    return { file, expected };
  });
}

/** The README's table of decisions: file → verdict. */
function parseDecisions(readme: string): Map<string, string> {
  const table = readme.split('## Decisions')[1]?.split('\n## ')[0] ?? '';
  const cells = table.matchAll(/^\| `([^`]+)` +\| ([a-z-]+) +\|/gm);
  return new Map(Array.from(cells, ([, file = '', verdict = '']) => [file, verdict]));
}

describe.skipIf(!isHere)(
  'corpus of hostile and odd archives (skipped where ../shared/data/zips is not there)',
  () => {
    it.each(rows)('$expected: $file', async ({ file, expected }) => {
      const verdict = expected === 'policy' ? decisions.get(file) : expected;

      const inspection = await inspectZip(strictSource(readFileSync(join(corpus, file))));

      expect(inspection.verdict).toBe(verdict);
    });

    it('has a decision for every case left open, and for no other', () => {
      const open = new Set(rows.filter(({ expected }) => expected === 'policy').map(({ file }) => file));

      expect([...decisions.keys()].sort()).toEqual([...open].sort());
    });
  },
);
