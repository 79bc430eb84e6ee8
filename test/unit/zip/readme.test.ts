import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ZIP_ERRORS, ZipError } from '../../../shared/zip/errors.ts';
import { ZIP_LIMITS } from '../../../shared/zip/limits.ts';

const folder = join(import.meta.dirname, '../../../shared/zip');
const readme = readFileSync(join(folder, 'README.md'), 'utf8');
const [archivePart = '', memberPart = ''] = readme.split('Scope `member`');

function codesIn(part: string): string[] {
  return [...part.matchAll(/^\| `([A-Z0-9_]+)` +\|/gm)].map((match) => match[1] ?? '');
}

it('lists every error code, under its scope', () => {
  const codes = Object.entries(ZIP_ERRORS);
  const ofScope = (scope: string) => codes.filter(([, row]) => row.scope === scope).map(([code]) => code);

  expect(codesIn(archivePart).sort()).toEqual(ofScope('archive').sort());
  expect(codesIn(memberPart).sort()).toEqual(ofScope('member').sort());
});

it('names every limit', () => {
  for (const limit of Object.keys(ZIP_LIMITS)) expect(readme).toContain(`\`${limit}\``);
});

it('says in every message where, what was expected and what was found', () => {
  const cause = new Error('cause');
  const where = { member: 'a.txt', offset: 7, expected: 1, found: 2, cause };

  const error = new ZipError('CRC_MISMATCH', where);

  expect(error).toMatchObject({ ...where, name: 'ZipError', code: 'CRC_MISMATCH', scope: 'member' });
  expect(error.message).toBe(
    'the CRC-32 of the real bytes is not the declared one (member "a.txt", offset 7, expected 1, found 2)',
  );
});

it('stands on its own: the library imports nothing but Node, itself and the interface of its source', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));
  const imports = files.flatMap((name) =>
    Array.from(readFileSync(join(folder, name), 'utf8').matchAll(/from '([^']+)'/g), (match) => match[1]),
  );

  expect(imports.length).toBeGreaterThan(files.length);
  expect(
    imports.filter(
      (from) => !/^(?:node:[a-z/]+|\.\/[a-z0-9-]+\.ts|\.\.\/range-source\.ts)$/.test(from ?? ''),
    ),
  ).toEqual([]);
});
