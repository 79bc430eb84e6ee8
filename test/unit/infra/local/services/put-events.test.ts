import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { type BusEvent, EventBus } from '../../../../../infra/local/services/events.ts';
import { toPutEvents } from '../../../../../infra/local/services/put-events.ts';
import type { Sqs } from '../../../../../infra/local/services/sqs.ts';

const good = {
  Source: 'smallbatch',
  DetailType: 'Run Completed',
  Detail: '{"run":"r"}',
  EventBusName: 'default',
};

/** Puts a body; gives the answer and what reached the bus. */
async function put(body: string, duplicates = false) {
  const events: BusEvent[] = [];
  const bus = new EventBus([], {} as Sqs);
  bus.listen((event) => events.push(event));
  const answer = { status: 0, body: '' };
  const response = {
    writeHead: (status: number) => {
      answer.status = status;
      return response;
    },
    end: (text: string) => {
      answer.body = text;
    },
  };
  const request = Object.assign(Readable.from([Buffer.from(body)]), { headers: {} });
  await toPutEvents(bus, duplicates).handle(request as never, response as never, {} as never);
  return { status: answer.status, answer: JSON.parse(answer.body), events };
}

test('an entry reaches the bus, twice where everything is delivered twice, under one id', async () => {
  const { status, answer, events } = await put(JSON.stringify({ Entries: [good] }), true);

  expect(status).toBe(200);
  expect(answer).toEqual({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] });
  expect(events).toMatchObject([
    { source: 'smallbatch', 'detail-type': 'Run Completed', detail: { run: 'r' } },
    { id: answer.Entries[0].EventId },
  ]);
});

test.each([
  ['no JSON', { ...good, Detail: '{' }, 'MalformedDetail'],
  ['no JSON object', { ...good, Detail: '[1]' }, 'MalformedDetail'],
  ['no detail', { Source: 'a', DetailType: 'b' }, 'InvalidArgument'],
  ['an empty source', { ...good, Source: '' }, 'InvalidArgument'],
  ['no entry', 'text', 'InvalidArgument'],
])('an entry with %s fails alone, as EventBridge says it', async (_, wrong, code) => {
  const { status, answer, events } = await put(JSON.stringify({ Entries: [wrong, good] }));

  expect(status).toBe(200);
  expect(answer).toMatchObject({
    FailedEntryCount: 1,
    Entries: [{ ErrorCode: code }, { EventId: expect.any(String) }],
  });
  expect(events).toHaveLength(1);
});

test.each([
  ['no JSON', 'no JSON'],
  ['no entries', '{}'],
  ['an empty list', '{"Entries":[]}'],
  ['more than ten', JSON.stringify({ Entries: Array(11).fill(good) })],
])('a request with %s is refused', async (_, body) => {
  expect(await put(body)).toMatchObject({
    status: 400,
    answer: { __type: 'ValidationException' },
    events: [],
  });
});
