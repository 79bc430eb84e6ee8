import { expect, test } from 'vitest';
import { type RunStatus, toRunTable, toStatusLines } from '../../../../infra/cli/run-status.ts';
import { toSafeText } from '../../../../shared/safe-text/safe-text.ts';

const open: RunStatus = {
  version: 1,
  run: 'pdf-1',
  kind: 'pdf',
  name: 'papers',
  source: 'pdf/papers/papers.zip',
  state: 'running',
  generation: 1,
  startedAt: '2026-11-01T10:00:00.000Z',
  isAtWork: true,
  clusters: { total: 4, done: 1 },
  items: { total: 40, ok: 9, failed: 1, unchanged: 5 },
};

test('says of a run at work what is done, and where its failures are', () => {
  expect(toStatusLines(open)).toEqual([
    'pdf-1: running',
    '  source    pdf/papers/papers.zip',
    '  started   2026-11-01T10:00:00.000Z',
    '  clusters  1 of 4 done',
    '  items     15 of 40 done (9 ok, 1 failed, 5 unchanged)',
    '  next      smallbatch failures pdf-1 prints the 1 item that failed',
  ]);
});

test('says of an open run that no command is at work on what has it go on, and names no number before there is a plan', () => {
  const planning: RunStatus = {
    ...open,
    state: 'planning',
    isAtWork: false,
    clusters: { done: 0 },
    items: { ok: 0, failed: 0, unchanged: 0 },
  };

  expect(toStatusLines(planning)).toEqual([
    'pdf-1: planning',
    '  source    pdf/papers/papers.zip',
    '  started   2026-11-01T10:00:00.000Z',
    '  next      no command is at work on it: the same smallbatch run goes on from here',
  ]);
});

test('says why a run failed, what it has trouble with and what was left out', () => {
  const lines = toStatusLines({
    ...open,
    state: 'failed',
    generation: 3,
    endedAt: '2026-11-01T10:01:00.000Z',
    failure: { code: 'RUN_DEADLINE', message: toSafeText('expected an end') },
    trouble: {
      step: 'split',
      code: 'ZIP_INVALID',
      message: toSafeText('expected a zip'),
      attempt: 2,
      againInSeconds: 5,
      at: '2026-11-01T10:00:30.000Z',
    },
    omitted: { folders: 2 },
  });

  expect(lines[0]).toBe('pdf-1: failed (pass 3)');
  expect(lines[1]).toBe('  RUN_DEADLINE: expected an end');
  expect(lines).toContain('  started   2026-11-01T10:00:00.000Z, ended 2026-11-01T10:01:00.000Z');
  expect(lines).toContain('  trouble   split, attempt 2: ZIP_INVALID: expected a zip');
  expect(lines).toContain('  left out  2 folders');
});

test('lists runs in columns as wide as their cells', () => {
  const items = { total: 12, ok: 11, failed: 1, unchanged: 0 };

  expect(
    toRunTable([
      { ...open, items: undefined },
      { ...open, run: 'canvas-22', state: 'completed_with_failures', items },
    ]),
  ).toEqual([
    'run        state                    started               items  failed  name',
    'pdf-1      running                  2026-11-01T10:00:00Z  -      -       papers',
    'canvas-22  completed with failures  2026-11-01T10:00:00Z  12     1       papers',
  ]);
});
