import { expect, test } from 'vitest';
import { type BusEvent, EventBus, matches, toUploadEvent } from '../../../../infra/local/services/events.ts';

const event = {
  source: 'aws.s3',
  'detail-type': 'Object Created',
  detail: { bucket: { name: 'inbox' }, object: { key: 'toy/a', size: 3 } },
};

test.each([
  { name: 'an empty pattern', pattern: {}, expected: true },
  { name: 'one value', pattern: { source: ['aws.s3'] }, expected: true },
  { name: 'one of several values', pattern: { source: ['x', 'aws.s3'] }, expected: true },
  { name: 'another value', pattern: { source: ['x'] }, expected: false },
  { name: 'a number', pattern: { detail: { object: { size: [3] } } }, expected: true },
  { name: 'a number as text', pattern: { detail: { object: { size: ['3'] } } }, expected: false },
  { name: 'a nested value', pattern: { detail: { bucket: { name: ['inbox'] } } }, expected: true },
  { name: 'a field that is not there', pattern: { region: ['x'] }, expected: false },
  {
    name: 'a nested field that is not there',
    pattern: { detail: { user: { name: ['x'] } } },
    expected: false,
  },
  { name: 'a prefix', pattern: { detail: { object: { key: [{ prefix: 'toy/' }] } } }, expected: true },
  {
    name: 'one of several prefixes',
    pattern: { detail: { object: { key: [{ prefix: 'pdf/' }, { prefix: 'toy/' }] } } },
    expected: true,
  },
  {
    name: 'another prefix',
    pattern: { detail: { object: { key: [{ prefix: 'toys/' }] } } },
    expected: false,
  },
  {
    name: 'a prefix of what is no text',
    pattern: { detail: { object: { size: [{ prefix: '3' }] } } },
    expected: false,
  },
  {
    name: 'all of several fields',
    pattern: { source: ['aws.s3'], detail: { bucket: { name: ['other'] } } },
    expected: false,
  },
])('a pattern: $name', ({ pattern, expected }) => {
  expect(matches(event, pattern)).toBe(expected);
});

test.each([{ suffix: '.zip' }, { prefix: 'a', extra: 1 }, { 'anything-but': 'x' }])(
  'the pattern %j is refused by its name',
  (option) => {
    expect(() => matches(event, { source: [option] })).toThrow(
      'the local EventBridge does not know the pattern {"',
    );
  },
);

test('an upload as S3 tells EventBridge of it: a plain key, the ETag without its quotes', () => {
  const upload = toUploadEvent({
    bucket: 'inbox',
    key: 'toy/a b.toy',
    versionId: 'v1',
    size: 3,
    etag: '"abc"',
    sequencer: '00A1',
    time: 't',
  });

  expect(upload).toMatchObject({
    source: 'aws.s3',
    'detail-type': 'Object Created',
    detail: {
      bucket: { name: 'inbox' },
      object: { key: 'toy/a b.toy', size: 3, etag: 'abc', 'version-id': 'v1', sequencer: '00A1' },
    },
  });
});

function startBus(): { bus: EventBus; sent: string[] } {
  const sent: string[] = [];
  const sqs = {
    send: async (queue: string, body: string) => void sent.push(`${queue} ${JSON.parse(body).id}`),
  };
  const toRule = (source: string, ...queues: string[]) => ({
    id: source,
    name: source,
    type: 'AWS::Events::Rule',
    properties: {
      EventPattern: { source: [source] },
      Targets: queues.map((queue) => ({ Arn: `arn:aws:sqs:r:0:${queue}` })),
    },
  });
  const rules = [toRule('a', 'first', 'second'), toRule('b', 'third'), toRule('a', 'fourth')];
  return { sent, bus: new EventBus(rules, sqs as never) };
}

const toEvent = (id: string, source = 'a'): BusEvent => ({ id, source, 'detail-type': 't', detail: {} });

test('an event goes to every target of every rule that it matches', async () => {
  const { bus, sent } = startBus();

  await bus.publish(toEvent('1'));
  await bus.publish(toEvent('2', 'b'));
  await bus.publish(toEvent('3', 'none'));

  expect(sent).toEqual(['first 1', 'second 1', 'fourth 1', 'third 2']);
});

test('events that are held go on when they are released, as they are arranged', async () => {
  const { bus, sent } = startBus();
  bus.hold();
  for (const id of ['1', '2', '3']) await bus.publish(toEvent(id, 'b'));
  expect(sent).toEqual([]);

  await bus.release((events) => [...events.toReversed(), ...events.slice(0, 1)]);
  await bus.publish(toEvent('4', 'b'));

  expect(sent).toEqual(['third 3', 'third 2', 'third 1', 'third 1', 'third 4']);
});

test('a listener sees every event at once, until it is ended', async () => {
  const { bus } = startBus();
  const seen: string[] = [];
  const end = bus.listen(({ id }) => seen.push(id));
  bus.hold();
  await bus.publish(toEvent('1', 'none'));

  end();
  await bus.publish(toEvent('2'));

  expect(seen).toEqual(['1']);
});
