import { describe, expect, it } from 'vitest';
import { createDecision, createFaults, type Decision } from '../../../../../infra/local/faults/faults.ts';
import type { Faults } from '../../../../../infra/local/faults/rules.ts';

type Rule = Faults['rules'][number];
const put = { service: 's3', operation: 'PutObject', caller: 'process-toy-256' };

function decide(rules: Rule[], calls: number, { seed = 1, call = put } = {}): Decision[] {
  const decision = createDecision({ seed, rules });
  return Array.from({ length: calls }, () => decision(call));
}

const count = (decisions: readonly Decision[], fault: Decision['fault']): number =>
  decisions.filter((decision) => decision.fault === fault).length;

describe('a rule is for the calls that match it', () => {
  it.each<[string, Partial<Rule>, boolean]>([
    ['all', {}, true],
    ['the service', { service: 's3' }, true],
    ['another service', { service: 'sqs' }, false],
    ['the operation', { operation: 'PutObject' }, true],
    ['operations by a pattern', { operation: 'Put*' }, true],
    ['a part of the operation', { operation: 'Put' }, false],
    ['another operation of the service', { service: 's3', operation: 'Get*' }, false],
    ['callers by a pattern', { caller: 'process-*' }, true],
    ['another caller', { caller: 'finish' }, false],
  ])('%s: %o', (_title, rule, expected) => {
    const [decision] = decide([{ fault: 'error', every: 1, ...rule }], 1);

    expect(decision?.fault).toBe(expected ? 'error' : undefined);
  });
});

describe('a rule is due', () => {
  it.each([
    [1, [0, 1, 2, 3, 4, 5]],
    [2, [1, 3, 5]],
    [3, [2, 5]],
    [7, []],
  ])('every %i calls', (every, expected) => {
    const decisions = decide([{ fault: 'reset', every }], 6);

    const due = decisions.flatMap(({ fault }, n) => (fault === 'reset' ? [n] : []));
    expect(due).toEqual(expected);
  });

  it('every nth call of those that match', () => {
    const decision = createDecision({ rules: [{ service: 's3', fault: 'reset', every: 2 }] });
    const services = ['s3', 'sqs', 'sqs', 's3', 's3', 's3'];

    const faults = services.map((service) => decision({ ...put, service }).fault);

    expect(faults).toEqual([undefined, undefined, undefined, 'reset', undefined, 'reset']);
  });

  it.each([
    [0, 0, 0],
    [0.05, 430, 570],
    [0.5, 4_850, 5_150],
    [1, 10_000, 10_000],
  ])('by a chance of %f', (chance, atLeast, atMost) => {
    for (const seed of [1, 2, 3]) {
      const due = count(decide([{ fault: 'error', chance }], 10_000, { seed }), 'error');

      expect(due).toBeGreaterThanOrEqual(atLeast);
      expect(due).toBeLessThanOrEqual(atMost);
    }
  });

  it('by chance, but alike for one seed, and otherwise for another', () => {
    const rules: Rule[] = [{ fault: 'throttle', chance: 0.5 }];

    const runs = [7, 7, 8].map((seed) => decide(rules, 100, { seed }));

    expect(runs[1]).toEqual(runs[0]);
    expect(runs[2]).not.toEqual(runs[0]);
  });

  it('by chance, alike whatever other calls come between', () => {
    const rules: Rule[] = [{ service: 's3', fault: 'error', chance: 0.5 }];
    const decision = createDecision({ seed: 1, rules });
    const mixed = Array.from({ length: 100 }, () => {
      decision({ ...put, service: 'sqs' });
      return decision(put);
    });

    expect(mixed).toEqual(decide(rules, 100));
  });

  it('by chance, each for itself', () => {
    const decisions = decide(
      [
        { fault: 'throttle', chance: 0.5 },
        { fault: 'error', chance: 0.5 },
      ],
      1_000,
    );

    // The second comes to bear where the first does not: a quarter of all calls if the two are independent.
    expect(count(decisions, 'error')).toBeGreaterThan(200);
    expect(count(decisions, 'error')).toBeLessThan(300);
  });
});

describe('rules together', () => {
  const slow: Rule = { fault: { delayMs: 20 }, every: 1 };
  it.each<[string, Rule[], Decision]>([
    [
      'the first fault wins',
      [
        { fault: 'reset', every: 1 },
        { fault: 'error', every: 1 },
      ],
      { delayMs: 0, fault: 'reset' },
    ],
    ['delays add up', [slow, slow], { delayMs: 40, fault: undefined }],
    ['a delay comes before a fault', [slow, { fault: 'lost', every: 1 }], { delayMs: 20, fault: 'lost' }],
    ['none', [], { delayMs: 0, fault: undefined }],
  ])('%s', (_title, rules, expected) => {
    expect(decide(rules, 1)).toEqual([expected]);
  });
});

describe('rules that are not valid are refused', () => {
  it.each<[string, object, string]>([
    ['an unknown fault', { fault: 'explode', every: 1 }, 'fault'],
    ['a chance above 1', { fault: 'error', chance: 5 }, 'chance'],
    ['every 0th call', { fault: 'error', every: 0 }, 'every'],
    ['neither chance nor every', { fault: 'error' }, 'either chance or every'],
    ['both chance and every', { fault: 'error', chance: 1, every: 1 }, 'either chance or every'],
    ['a word that is not known', { fault: 'error', every: 1, operations: '*' }, 'operations'],
    ['a delay of an hour', { fault: { delayMs: 3_600_000 }, every: 1 }, 'delayMs'],
  ])('%s', (_title, rule, found) => {
    expect(() => createFaults({ rules: [rule] } as Faults)).toThrow(found);
  });
});
