import { expect, test } from 'vitest';
import {
  clusterMessage,
  finishMessage,
  intakeMessage,
  parseMessage,
  parseOptionsHeader,
} from '../../../shared/run/message.ts';

const source = { bucket: 'inbox', key: 'toy/a/a.toy', size: 10 };
const item = { id: 'a', identity: 'a', bytes: 1, data: { any: 'thing' } };
const cluster = {
  type: 'cluster',
  run: 'toy-1',
  generation: 1,
  group: 'toy-1.1',
  index: 0,
  clusters: 1,
  kind: 'toy',
  memoryMb: 512,
  source,
  options: {},
  items: [item],
};

const upload = (object: object): object => ({
  version: '0',
  id: 'e',
  source: 'aws.s3',
  'detail-type': 'Object Created',
  detail: { bucket: { name: 'inbox' }, object, reason: 'PutObject' },
});

test('an upload event becomes a start message; its key is plain, not URL-encoded', () => {
  const body = upload({ key: 'toy/a b+c/ü.toy', size: 3, 'version-id': 'v1', sequencer: '00A1' });

  expect(parseMessage(intakeMessage, JSON.stringify(body))).toEqual({
    type: 'start',
    bucket: 'inbox',
    key: 'toy/a b+c/ü.toy',
    versionId: 'v1',
    sequencer: '00A1',
    generation: 1,
  });
});

test.each([
  { name: 'a start', body: { type: 'start', bucket: 'b', key: 'k' }, expected: { generation: 1 } },
  {
    name: 'a start of a later generation',
    body: { type: 'start', bucket: 'b', key: 'k', generation: 3, options: { a: 1 } },
    expected: { generation: 3, options: { a: 1 } },
  },
  { name: 'a continue', body: { type: 'continue', run: 'r', generation: 2, hop: 7 }, expected: { hop: 7 } },
])('$name is taken by intake', ({ body, expected }) => {
  expect(parseMessage(intakeMessage, JSON.stringify(body))).toMatchObject({ type: body.type, ...expected });
});

test('a cluster keeps its items as they are, with what they carry for the engine', () => {
  const failure = { code: 'ZIP_MEMBER_INVALID', message: 'a name that leads out' };
  const items = [item, { ...item, id: 'b', failure }, { ...item, id: 'c', placement: { isSuspect: true } }];

  expect(parseMessage(clusterMessage, JSON.stringify({ ...cluster, items })).items).toEqual(items);
});

const finish = { type: 'finish', run: 'r', generation: 1, group: 'r.1' };

test.each([
  { name: 'no JSON', schema: finishMessage, body: '<xml>', message: 'expected JSON, found <xml>' },
  { name: 'nothing', schema: finishMessage, body: '', message: 'expected JSON, found ' },
  { name: 'another type', schema: finishMessage, body: { ...finish, type: 'start' }, message: 'at type' },
  {
    name: 'a missing field',
    schema: finishMessage,
    body: { ...finish, group: undefined },
    message: 'at group',
  },
  { name: 'an empty field', schema: finishMessage, body: { ...finish, run: '' }, message: 'at run' },
  {
    name: 'a generation of 0',
    schema: finishMessage,
    body: { ...finish, generation: 0 },
    message: 'at generation',
  },
  {
    name: 'a cluster without items',
    schema: clusterMessage,
    body: { ...cluster, items: [] },
    message: 'at items',
  },
  {
    name: 'an unknown failure code',
    schema: clusterMessage,
    body: { ...cluster, items: [{ ...item, failure: { code: 'NO', message: '' } }] },
    message: 'at items[0].failure.code',
  },
  { name: 'a negative index', schema: clusterMessage, body: { ...cluster, index: -1 }, message: 'at index' },
  {
    name: 'a key over 1,024 characters',
    schema: intakeMessage,
    body: { type: 'start', bucket: 'b', key: 'k'.repeat(1025) },
    message: 'at key',
  },
  {
    name: 'an event of another kind',
    schema: intakeMessage,
    body: { ...upload({ key: 'k' }), 'detail-type': 'Object Deleted' },
    message: 'Invalid input',
  },
])('$name is MESSAGE_INVALID and says where', ({ schema, body, message }) => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);

  const parse = () => parseMessage(schema as typeof finishMessage, text);

  expect(parse).toThrow(expect.objectContaining({ code: 'MESSAGE_INVALID' }));
  expect(parse).toThrow(message);
});

test.each([
  { header: undefined, options: {} },
  { header: '{}', options: {} },
  { header: '{"pages":"1-3","deep":{"a":[1]}}', options: { pages: '1-3', deep: { a: [1] } } },
])('the options of $header', ({ header, options }) => {
  expect(parseOptionsHeader(header)).toEqual(options);
});

test.each(['', 'pages=1', '[1]', '"a"', 'null', '7', '{"a":'])('the options %j are invalid', (header) => {
  const parse = () => parseOptionsHeader(header);

  expect(parse).toThrow(expect.objectContaining({ code: 'OPTIONS_INVALID' }));
  expect(parse).toThrow(`metadata smallbatch-options: expected a JSON object, found ${header}`);
});
