import { expect, test } from 'vitest';
import { ERROR_CODES, SmallbatchError, toFailure } from '../../shared/errors.ts';

test.each([
  {
    name: 'an error of ours',
    thrown: new SmallbatchError('PDF_PASSWORD', 'needs one'),
    failure: { code: 'PDF_PASSWORD', message: 'needs one' },
  },
  {
    name: 'an error of another class',
    thrown: new RangeError('too far'),
    failure: { code: 'ITEM_FAILED', message: 'RangeError: too far' },
  },
  { name: 'a string', thrown: 'no', failure: { code: 'ITEM_FAILED', message: 'no' } },
  { name: 'nothing', thrown: undefined, failure: { code: 'ITEM_FAILED', message: 'undefined' } },
  { name: 'an object', thrown: { a: 1 }, failure: { code: 'ITEM_FAILED', message: '[object Object]' } },
])('$name as a failure', ({ thrown, failure }) => {
  expect(toFailure(thrown)).toEqual(failure);
});

test('an error keeps its cause', () => {
  const cause = new Error('the reason');

  const error = new SmallbatchError('CRASHED', 'ended', { cause });

  expect(error).toMatchObject({ name: 'SmallbatchError', code: 'CRASHED', cause });
  expect(error).toBeInstanceOf(Error);
});

test('every code has a sentence', () => {
  for (const [code, text] of Object.entries(ERROR_CODES)) expect(text, code).toMatch(/^[A-Z].*\.$/);
});
