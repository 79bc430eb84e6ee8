import semver from 'semver';
import { expect, it } from 'vitest';
import { parseRange } from '../../../shared/kinds/galaxy/ranges.ts';
import { pythonWithAnsible } from '../../support/galaxy/ansible.ts';

const PROGRAM = `
import json, sys
from ansible.galaxy.dependency_resolution.versioning import meets_requirements
ranges, versions = json.load(sys.stdin)
print(json.dumps([[meets_requirements(v, r) for v in versions] for r in ranges]))`;

const NUMBERS = ['0', '1', '2', '10'];
const VERSIONS = NUMBERS.flatMap((major) =>
  NUMBERS.flatMap((minor) =>
    ['0', '3'].flatMap((patch) =>
      ['', '-beta.2', '-beta.10', '-rc1+b'].map((tag) => `${major}.${minor}.${patch}${tag}`),
    ),
  ),
);
const OPERANDS = ['1', '1.2', '1.2.3', '2.0.0-beta.2', '1.10.3-rc1', '10.0.3', '*'];
const TERMS = ['', '=', '==', '!=', '>', '>=', '<', '<='].flatMap((operator) =>
  OPERANDS.map((operand) => `${operator}${operand}`),
);
const RANGES = [
  ...TERMS,
  ...TERMS.map((term, index) => `>=1.0.0-beta,${term},${TERMS[(index * 7 + 3) % TERMS.length]}`),
];

/** Without ansible-core's modules there is nothing to compare with. */
async function askAnsible(): Promise<boolean[][] | undefined> {
  try {
    return (await pythonWithAnsible(PROGRAM, [RANGES, VERSIONS])) as boolean[][];
  } catch (error) {
    console.log(`skipped: python3 has no ansible-core (${String(error).split('\n').at(-2) ?? error})`);
    return undefined;
  }
}

const theirs = await askAnsible();

it.skipIf(theirs === undefined)(`${RANGES.length} ranges have the versions that ansible-galaxy says`, () => {
  const ours = RANGES.map((text) => {
    const range = parseRange(text);
    if (typeof range === 'string') throw new Error(range);
    return VERSIONS.map((version) => range.has(new semver.SemVer(version), true));
  });

  const differences = RANGES.flatMap((range, r) =>
    VERSIONS.filter((_, v) => ours[r]?.[v] !== theirs?.[r]?.[v]).map((version) => `${range} ${version}`),
  );
  expect(differences).toEqual([]);
  expect(theirs?.flat()).toHaveLength(RANGES.length * VERSIONS.length);
});
