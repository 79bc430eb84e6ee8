import { describe, expect, test } from 'vitest';
import type { CallContext, InvokeReply } from '../../../../shared/kind.ts';
import { parseAnswer } from '../../../../shared/kinds/rows/answer.ts';
import { callAll } from '../../../../shared/kinds/rows/call-all.ts';
import { CallNumbers } from '../../../../shared/kinds/rows/call-numbers.ts';
import type { RowItem } from '../../../../shared/kinds/rows/row-items.ts';
import { type RowsOptions, rowsOptions } from '../../../../shared/kinds/rows/schema.ts';

const toPayload = (answer: string) => Buffer.from(answer);
const brief = (answer: string, count = 2) =>
  parseAnswer(toPayload(answer), count).map((each) => ('failure' in each ? each.failure.code : each.value));

test.each([
  { answer: 'null', says: [undefined, undefined] },
  { answer: '{"done":2}', says: [undefined, undefined] },
  {
    answer: '{"results":[{"ok":{"id":9007199254740993,"p":1.10}},{"ok":1e400}]}',
    says: ['{"id":9007199254740993,"p":1.10}', '1e400'],
  },
  { answer: '{"results":[{"ok":null},{"error":"no"}]}', says: ['null', 'ROW_FAILED'] },
  { answer: '{"results":[{},{"ok":1}]}', says: ['RESULT_INVALID', '1'] },
  { answer: '{"results":[{"ok":1}]}', says: ['RESULT_COUNT', 'RESULT_COUNT'] },
  { answer: '{"results":"ok"}', says: ['RESULT_INVALID', 'RESULT_INVALID'] },
  { answer: '"ok"', says: ['RESULT_INVALID', 'RESULT_INVALID'] },
  { answer: '[1,2]', says: ['RESULT_INVALID', 'RESULT_INVALID'] },
  { answer: '<html>', says: ['RESULT_INVALID', 'RESULT_INVALID'] },
])('the answer $answer', ({ answer, says }) => {
  expect(brief(answer)).toEqual(says);
});

const toItem = (n: number, json: string, call = 0): RowItem => {
  return { id: `r${n}`, identity: '', bytes: json.length, call, data: { n, json } };
};

test('calls are bounded by count and bytes; what is left out takes no place', () => {
  const calls = new CallNumbers({ clusterItems: 2, clusterBytes: 10 });
  const rows = ['1', '2', '3', '"12345678"', '4', '5', '6'];

  const numbers = rows.map((json, n) => calls.next(toItem(n, json), n === 4));

  expect(numbers).toEqual([0, 0, 1, 2, 2, 3, 3]);
});

test('rows of a count stay in the cluster that their number says', () => {
  const calls = new CallNumbers({ clusterItems: 3, clusterBytes: 1000 });
  const toVirtual = (n: number): RowItem => ({ id: String(n), identity: '', bytes: 0, data: { n } });

  const numbers = [0, 2, 3, 29_999].map((n) => calls.next(toVirtual(n), n === 2));

  expect(numbers).toEqual([0, 0, 1, 9999]);
});

/** A context whose function answers in turn, the last answer for all that follow, and whose time goes by call. */
function toContext(options: Record<string, unknown>, replies: readonly InvokeReply[], remainingMs = 900_000) {
  const journal = new Map<string, Uint8Array>();
  const events: string[] = [];
  const context: CallContext<RowsOptions> = {
    run: 'run',
    cluster: 'run.1/0',
    calls: 9,
    options: rowsOptions.parse({ function: 'f', timeout: 1, ...options }),
    signal: AbortSignal.timeout(30_000),
    remainingMs: () => remainingMs,
    progress: async () => ({ ok: 0, failed: 0 }),
    invoke: async ({ payload }) => {
      events.push(Buffer.from(payload).toString());
      return (
        replies[Math.min(events.length, replies.length) - 1] ?? { type: 'timeout', errorMessage: 'none' }
      );
    },
    journal: {
      read: async (key) => journal.get(key),
      write: async (key, body) => void journal.set(key, Buffer.from(body)),
    },
  } as Partial<CallContext<RowsOptions>> as CallContext<RowsOptions>;
  return {
    context: { ...context, source: { key: 'rows/x/x', size: 0, read: async () => Buffer.alloc(0) } },
    events,
    journal,
  };
}

const WELL: InvokeReply = { type: 'answer', payload: Buffer.from('null') };
const thrown = (errorType: string): InvokeReply => ({ type: 'error', errorType, errorMessage: 'm' });
const codes = (outcomes: Awaited<ReturnType<typeof callAll>>) =>
  outcomes?.map(({ done }) => done.failure?.code);

describe('calls', () => {
  test('the event has the items as their own bytes, last', async () => {
    const { context, events } = toContext({}, [WELL]);

    await callAll([toItem(5, '{"id":9007199254740993}', 3), toItem(6, '1.10', 3)], context);

    expect(events).toEqual([
      '{"run":"run","cluster":3,"clusters":9,"offset":5,"limit":2,"items":[{"id":9007199254740993},1.10]}',
    ]);
  });

  test.each([
    {
      name: 'no attempt is used up by a throttle',
      options: {},
      replies: [{ type: 'throttled', errorMessage: 'm' }, thrown('TooManyRequestsException'), WELL],
      events: 3,
      code: undefined,
    },
    {
      name: 'one attempt by default',
      options: {},
      replies: [thrown('TypeError'), WELL],
      events: 1,
      code: 'FUNCTION_ERROR',
    },
    {
      name: 'another attempt for any error',
      options: { attempts: 2 },
      replies: [thrown('TypeError'), WELL],
      events: 2,
      code: undefined,
    },
    {
      name: 'none for an error that is not named',
      options: { attempts: 2, retry: 'Timeout' },
      replies: [thrown('TypeError'), WELL],
      events: 1,
      code: 'FUNCTION_ERROR',
    },
    {
      name: 'one for a timeout that is named',
      options: { attempts: 2, retry: 'Timeout' },
      replies: [{ type: 'timeout', errorMessage: 'm' }, WELL],
      events: 2,
      code: undefined,
    },
    {
      name: 'Lambda itself fails',
      options: {},
      replies: [{ type: 'unavailable', errorMessage: 'm' }, WELL],
      events: 2,
      code: undefined,
    },
    {
      name: 'out of memory',
      options: {},
      replies: [thrown('Runtime.OutOfMemory')],
      events: 1,
      code: 'FUNCTION_CRASHED',
    },
    {
      name: 'stopped by Lambda',
      options: {},
      replies: [thrown('Sandbox.Timedout')],
      events: 1,
      code: 'FUNCTION_TIMEOUT',
    },
  ] as { name: string; options: object; replies: InvokeReply[]; events: number; code: string | undefined }[])(
    '$name',
    async ({ options, replies, events: expected, code }) => {
      const { context, events } = toContext({ ...options }, replies);

      const outcomes = await callAll([toItem(0, '1')], context);

      expect(codes(outcomes)).toEqual([code]);
      expect(events).toHaveLength(expected);
    },
  );

  test('a cluster without time for its next call is handed on, and goes on from there unmarked', async () => {
    const items = [toItem(0, '1', 0), toItem(1, '2', 1)];
    const first = toContext({}, [WELL], 500);
    const second = toContext({}, [WELL]);

    const handedOn = await callAll(items, first.context);
    for (const [key, body] of first.journal) second.journal.set(key, body);
    const outcomes = await callAll(items, second.context);

    expect(handedOn).toBeUndefined();
    expect([first.events.length, second.events.length]).toEqual([1, 1]);
    expect(outcomes?.map(({ done }) => done.detail)).toEqual([{}, {}]);
  });

  test('calls of a delivery that was killed are made again, and marked', async () => {
    const { context, journal } = toContext({}, [WELL]);
    journal.set('calls/run.1/0.json', Buffer.from('{"begun":1,"calls":{}}'));

    const outcomes = await callAll([toItem(0, '1')], context);

    expect(outcomes?.map(({ done }) => done.detail)).toEqual([{ again: true }]);
  });

  test('a percentage is judged from the smallest sample on; a number at once', async () => {
    const items = Array.from({ length: 30 }, (_, n) => toItem(n, '1', n));
    const failing = [thrown('TypeError')];

    const share = toContext({ tolerated: '50%' }, failing);
    const number = toContext({ tolerated: '3' }, failing);
    const outcomes = [await callAll(items, share.context), await callAll(items, number.context)];

    expect([share.events.length, number.events.length]).toEqual([20, 4]);
    expect(outcomes.map((each) => codes(each)?.filter((code) => code === 'NOT_RUN').length)).toEqual([
      10, 26,
    ]);
  });
});
