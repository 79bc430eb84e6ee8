import fc from 'fast-check';
import semver from 'semver';
import { describe, expect, it } from 'vitest';
import { parseRange } from '../../../../shared/kinds/galaxy/ranges.ts';

const VERSIONS =
  '0.9.0 1.0.0-beta.1 1.0.0 1.2.0 1.2.3-rc.1 1.2.3 1.3.0 1.10.0 2.0.0-alpha 2.0.0 3.0.0 3.0.7 3.1.0'.split(
    ' ',
  );

function chosen(range: string, prereleases = false): string {
  const parsed = parseRange(range);
  if (typeof parsed === 'string') throw new Error(parsed);
  return VERSIONS.filter((version) => parsed.has(new semver.SemVer(version), prereleases)).join(' ');
}

describe('ranges as ansible-galaxy reads them', () => {
  it.each([
    ['*', '0.9.0 1.0.0 1.2.0 1.2.3 1.3.0 1.10.0 2.0.0 3.0.0 3.0.7 3.1.0'],
    ['==1.2.3', '1.2.3'],
    ['=1.2.3', '1.2.3'],
    ['1.2.3', '1.2.3'],
    ['1.2', '1.2.0'],
    ['1', '1.0.0'],
    ['>=1.10', '1.10.0 2.0.0 3.0.0 3.0.7 3.1.0'],
    ['>1.2.3,<2', '1.3.0 1.10.0'],
    ['>= 1.2.3 , < 1.10.0', '1.2.3 1.3.0'],
    ['<=1.0.0', '0.9.0 1.0.0'],
    ['<2.0.0,!=1.3.0,!=1.10.0', '0.9.0 1.0.0 1.2.0 1.2.3'],
    ['>=*', '0.9.0 1.0.0 1.2.0 1.2.3 1.3.0 1.10.0 2.0.0 3.0.0 3.0.7 3.1.0'],
    ['1.0.0-beta.1', '1.0.0-beta.1'],
    ['==2.0.0-alpha', '2.0.0-alpha'],
    ['>=1.2.3-rc.1,<1.3', '1.2.3'],
    ['>=5', ''],
  ])('%s', (range, expected) => {
    expect(chosen(range)).toBe(expected);
  });

  it('takes prereleases when they are asked for, by their precedence', () => {
    expect(chosen('>=1.0.0,<2.0.0', true)).toBe('1.0.0 1.2.0 1.2.3-rc.1 1.2.3 1.3.0 1.10.0 2.0.0-alpha');
  });
});

describe('ranges as Pulp reads them', () => {
  it.each([
    ['~3.0', '3.0.0 3.0.7'],
    ['~1', '1.0.0 1.2.0 1.2.3 1.3.0 1.10.0'],
    ['^1.2.3', '1.2.3 1.3.0 1.10.0'],
    ['^3.0.0', '3.0.0 3.0.7 3.1.0'],
    ['^0.9', '0.9.0'],
    ['~=3.0', '3.0.0 3.0.7 3.1.0'],
    ['~=3.0.0', '3.0.0 3.0.7'],
    ['3.0.*', '3.0.0 3.0.7'],
    ['==1.*', '1.0.0 1.2.0 1.2.3 1.3.0 1.10.0'],
    ['!=1.*,<3.1', '0.9.0 2.0.0 3.0.0 3.0.7'],
  ])('%s', (range, expected) => {
    expect(chosen(range)).toBe(expected);
  });

  it('keeps the prereleases of the next release out', () => {
    expect(chosen('~1', true)).toBe('1.0.0 1.2.0 1.2.3-rc.1 1.2.3 1.3.0 1.10.0');
  });
});

describe('ranges that are refused', () => {
  it.each([
    ['', 'expected a term such as *, 1.2.3, >=1.2 or ~1.2, found nothing in ""'],
    ['>=1.0,', 'expected a term such as *, 1.2.3, >=1.2 or ~1.2, found nothing in ">=1.0,"'],
    ['>=1.0 <2.0', 'expected a term such as *, 1.2.3, >=1.2 or ~1.2, found ">=1.0 <2.0" in ">=1.0 <2.0"'],
    ['latest', 'expected a term such as *, 1.2.3, >=1.2 or ~1.2, found "latest" in "latest"'],
    ['v1.2.3', 'expected a term such as *, 1.2.3, >=1.2 or ~1.2, found "v1.2.3" in "v1.2.3"'],
    ['=>1.0', 'expected a term such as *, 1.2.3, >=1.2 or ~1.2, found "=>1.0" in "=>1.0"'],
    ['1.2.3.4', 'expected a term such as *, 1.2.3, >=1.2 or ~1.2, found "1.2.3.4" in "1.2.3.4"'],
    ['>=3.0.*', 'expected ==, != or no operator before 3.0.*, found ">=" in ">=3.0.*"'],
    ['1'.repeat(301), 'expected a range of at most 300 characters, found 301'],
  ])('%s', (range, message) => {
    expect(parseRange(range)).toBe(message);
  });
});

describe('against the semver library, where they agree', () => {
  const number = fc.integer({ min: 0, max: 3 });
  const tag = fc.constantFrom('', '', '-alpha', '-alpha.1', '-rc.10', '-rc.2');
  const version = fc.tuple(number, number, number, tag).map(([a, b, c, pre]) => `${a}.${b}.${c}${pre}`);
  const term = fc
    .tuple(fc.constantFrom('>=', '>', '<', '<=', '=', ''), version)
    .map((parts) => parts.join(''));

  it('is the same for every comparison of whole versions', () => {
    fc.assert(
      fc.property(fc.array(term, { minLength: 1, maxLength: 3 }), version, (terms, candidate) => {
        const range = parseRange(terms.join(','));
        const expected = semver.satisfies(candidate, terms.join(' '), { includePrerelease: true });

        expect(typeof range === 'string' ? range : range.has(new semver.SemVer(candidate), true)).toBe(
          expected,
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('is the same for ~ and ^, releases only', () => {
    const short = fc.oneof(
      version,
      fc.tuple(number, number).map((parts) => parts.join('.')),
    );
    const tilde = fc.tuple(fc.constantFrom('~', '^'), short).map((parts) => parts.join(''));
    const release = version.filter((text) => !text.includes('-'));
    fc.assert(
      fc.property(tilde, release, (text, candidate) => {
        const range = parseRange(text);

        expect(typeof range === 'string' ? range : range.has(new semver.SemVer(candidate), false)).toBe(
          semver.satisfies(candidate, text),
        );
      }),
      { numRuns: 2000 },
    );
  });
});
