import { defineConfig } from 'vitest/config';

/**
 * `npm run coverage`: unit and conformance tests with coverage, and the least that each room may have, in percent of its lines.
 * A floor lies a few percent below what was seen: it holds what is there and blocks nobody. What runs in processes of its own (the
 * handlers, the command line) is covered by the tests of the whole stack, which are not counted here.
 */
export default defineConfig({
  test: {
    include: ['test/{unit,conformance}/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    coverage: {
      enabled: true,
      provider: 'v8',
      include: ['shared/**/*.ts', 'infra/**/*.ts'],
      reporter: [['text-summary'], ['json-summary']],
      reportsDirectory: 'coverage',
      reportOnFailure: true,
    },
  },
});
