import { expect, test } from 'vitest';
import { ENV_NAMES, readEnv } from '../../../shared/aws/env.ts';

test('variables are read by what they are for', () => {
  const env = { TABLE_NAME: 'ledger', INBOX_BUCKET: 'inbox', OTHER: 'x' };

  expect(readEnv(['table', 'inbox'], env)).toEqual({ table: 'ledger', inbox: 'inbox' });
});

test.each([
  { env: {}, names: 'TABLE_NAME, RESULTS_BUCKET' },
  { env: { TABLE_NAME: 'ledger' }, names: 'RESULTS_BUCKET' },
  { env: { TABLE_NAME: '', RESULTS_BUCKET: 'r' }, names: 'TABLE_NAME' },
])('all that is missing of $env is named', ({ env, names }) => {
  const read = () => readEnv(['table', 'results'], env);

  expect(read).toThrow(expect.objectContaining({ code: 'ENV_MISSING' }));
  expect(read).toThrow(`expected environment variables ${names}, found none`);
});

test('every name is one that Lambda takes', () => {
  for (const name of Object.values(ENV_NAMES)) expect(name).toMatch(/^[A-Z][A-Z0-9_]+$/);
});
