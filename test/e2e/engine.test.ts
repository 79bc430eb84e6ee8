import { expect, test } from 'vitest';
import type { ToyLine } from '../support/kinds/toy-kind.ts';
import {
  echo,
  readLatest,
  readManifest,
  readPublished,
  runEvents,
  toCounts,
  toPublished,
  uploadToy,
  waitForEnd,
} from '../support/stack/toy-run.ts';
import { useToyStack } from '../support/stack/toy-stack.ts';

/** Three items a cluster: 400 children are 134 clusters, so the child group has a second ledger block and a root above. */
const CHILDREN = 400;

const stack = useToyStack();
const ids = Array.from({ length: 34 }, (_, n) => `item-${n}`);

test('a run of items that work, fail and expand ends with every item in its manifest once', async () => {
  const lines: ToyLine[] = [
    ...ids.map((id) => echo(id)),
    { id: 'bad-1', does: 'throw' },
    { id: 'large', does: 'expand', children: CHILDREN, text: 'c' },
    { id: 'bad-2', does: 'throw' },
    { id: 'small', does: 'expand', children: 5, text: 'd' },
    { id: 'bad-3', does: 'fail-join', children: 2 },
    echo('deep/folder/last'),
  ];
  const events = runEvents(stack());

  const run = await waitForEnd(await uploadToy('mixed', lines), 60);

  const manifest = await readManifest(run);
  expect(manifest.map(({ id }) => id).sort()).toEqual(lines.map(({ id }) => id).sort());
  expect(run.state).toBe('completed_with_failures');
  expect(run.items).toEqual({ total: 40, ok: 37, failed: 3, unchanged: 0 });
  expect(run.items).toEqual(toCounts(manifest));
  // 14 of the run itself, ⌈400 / 3⌉, ⌈5 / 3⌉ and ⌈2 / 3⌉ of those that expand; the last two share a cluster, so a group
  expect(run).toMatchObject({ groups: 3, clusters: 14 + 134 + 3 });
  expect(await readPublished('mixed')).toEqual({
    ...toPublished([...ids, 'deep/folder/last']),
    'large.txt': Array.from({ length: CHILDREN }, (_, n) => `c${n}`).join(','),
    'small.txt': 'd0,d1,d2,d3,d4',
  });
  expect(Object.fromEntries(manifest.map(({ id, failure }) => [id, failure]))).toMatchObject({
    'bad-2': { code: 'ITEM_FAILED', message: 'Error: asked to throw by bad-2' },
    'bad-3': { code: 'JOIN_FAILED', message: 'Error: asked to throw by bad-3' },
  });
  expect(events).toMatchObject([
    { id: `${run.run}#1`, run: run.run, state: 'completed_with_failures', items: run.items },
  ]);
  expect(await readLatest('mixed')).toMatchObject({ run: run.run, manifest: run.manifest });
});

test('line ends of Unicode and characters beyond 16 bits, in names, texts and errors, change nothing', async () => {
  const name = 'course\u2028 😀';
  const awkward = ['a\u2028b', 'c\u2029d', 'e\u0085f', 'smile 😀'];
  const lines: ToyLine[] = [
    ...awkward.map((id) => echo(id, `text\u2028of ${id}`)),
    { id: 'large 😀\u2028', does: 'expand', children: 2, text: '\u2029' },
    { id: 'bad 😀\u2028', does: 'throw' },
  ];

  const run = await waitForEnd(await uploadToy(name, lines));

  const manifest = await readManifest(run);
  expect(run.items).toEqual({ total: 6, ok: 5, failed: 1, unchanged: 0 });
  expect(manifest.map(({ id }) => id).sort()).toEqual(lines.map(({ id }) => id).sort());
  expect(manifest.find(({ failure }) => failure)?.failure?.message).toContain('by bad 😀');
  expect(await readPublished(name)).toEqual({
    ...Object.fromEntries(awkward.map((id) => [`${id}.txt`, `text\u2028of ${id}`])),
    'large 😀\u2028.txt': '\u20290,\u20291',
  });
});

test('an item that no message could hold fails alone', async () => {
  const lines = [echo('a'), echo('huge', 'x'.repeat(1_200_000)), echo('b')];

  const run = await waitForEnd(await uploadToy('no-message', lines));

  const codes = (await readManifest(run)).map(({ id, failure }) => [id, failure?.code]);
  expect(Object.fromEntries(codes)).toEqual({ a: undefined, huge: 'ITEM_TOO_LARGE', b: undefined });
  expect(await readPublished('no-message')).toEqual(toPublished(['a', 'b']));
});

test('an item with too many children fails with a message; its cluster and the others of it go on', async () => {
  const lines: ToyLine[] = [echo('a'), { id: 'huge', does: 'expand', children: 50_001 }, echo('b')];

  const run = await waitForEnd(await uploadToy('huge', lines));

  expect(run.items).toEqual({ total: 3, ok: 2, failed: 1, unchanged: 0 });
  const failed = (await readManifest(run)).find(({ id }) => id === 'huge');
  expect(failed?.failure?.code).toBe('ITEM_TOO_LARGE');
  expect(failed?.failure?.message).toContain('at most 50000 children, found 50001 more');
});

test('the next version processes what changed, carries over the rest and removes what left', async () => {
  await waitForEnd(await uploadToy('twice', [echo('a'), echo('b'), echo('left'), echo('d')]));

  const run = await waitForEnd(await uploadToy('twice', [echo('a'), echo('b', 'new'), echo('d')]));

  expect(run).toMatchObject({
    state: 'completed',
    items: { total: 3, ok: 1, failed: 0, unchanged: 2 },
    clusters: 1,
  });
  const manifest = await readManifest(run);
  expect(manifest.map(({ id, status }) => `${id} ${status}`)).toEqual(['a unchanged', 'b ok', 'd unchanged']);
  expect(await readPublished('twice')).toEqual({ ...toPublished(['a', 'd']), 'b.txt': 'new' });
});

test('a version in which nothing changed ends without a cluster', async () => {
  const lines = [echo('a'), echo('b')];
  await waitForEnd(await uploadToy('same', lines));

  const run = await waitForEnd(await uploadToy('same', lines.toReversed()));

  expect(run).toMatchObject({
    state: 'completed',
    items: { total: 2, ok: 0, failed: 0, unchanged: 2 },
    clusters: 0,
  });
  expect(await readPublished('same')).toEqual(toPublished(['a', 'b']));
});

test('a run with failures removes nothing, and what failed keeps its last good output', async () => {
  await waitForEnd(await uploadToy('partly', [echo('a'), echo('b'), echo('left')]));

  const lines: ToyLine[] = [echo('a', 'new'), { id: 'b', does: 'throw' }];
  const run = await waitForEnd(await uploadToy('partly', lines));

  expect(run).toMatchObject({
    state: 'completed_with_failures',
    items: { total: 2, ok: 1, failed: 1, unchanged: 0 },
  });
  expect(await readPublished('partly')).toEqual({ ...toPublished(['b', 'left']), 'a.txt': 'new' });
});

test('what left the source while a run had failures is removed by the next run without', async () => {
  await waitForEnd(await uploadToy('later', [echo('a'), echo('left')]));
  await waitForEnd(await uploadToy('later', [echo('a', 'new'), { id: 'b', does: 'throw' }]));

  await waitForEnd(await uploadToy('later', [echo('a', 'new'), echo('b')]));

  expect(await readPublished('later')).toEqual({ ...toPublished(['b']), 'a.txt': 'new' });
});

test('when all items fail, what readers saw stands, and the next run carries it over', async () => {
  const good = [echo('a'), echo('b')];
  const first = await waitForEnd(await uploadToy('stands', good));

  const bad: ToyLine[] = [
    { id: 'a', does: 'throw' },
    { id: 'c', does: 'throw' },
  ];
  const failed = await waitForEnd(await uploadToy('stands', bad));

  expect(failed).toMatchObject({
    state: 'completed_with_failures',
    items: { total: 2, ok: 0, failed: 2, unchanged: 0 },
  });
  expect(await readPublished('stands')).toEqual(toPublished(['a', 'b']));
  expect(await readLatest('stands')).toMatchObject({ run: first.run });
  const again = await waitForEnd(await uploadToy('stands', [...good, echo('c')]));
  expect(again.items).toEqual({ total: 3, ok: 1, failed: 0, unchanged: 2 });
});

test('a source that breaks its kind as a whole ends as failed with one error and nothing sent', async () => {
  const run = await waitForEnd(await uploadToy('broken', [echo('a'), { id: 'fatal', does: 'break-split' }]));

  expect(run).toMatchObject({ state: 'failed', failure: { code: 'SOURCE_TOO_LARGE' } });
  expect(await readLatest('broken')).toBeUndefined();
});

test('an output whose published key would be too long fails its item, not the run', async () => {
  const source = 'n'.repeat(500);
  const long = 'p'.repeat(600);

  const run = await waitForEnd(await uploadToy(source, [echo(long), echo('a')]));

  const failures = (await readManifest(run)).map(({ id, failure }) => [id, failure?.code]);
  expect(failures).toEqual([
    ['a', undefined],
    [long, 'KEY_TOO_LONG'],
  ]);
  expect(await readPublished(source)).toEqual(toPublished(['a']));
});

test.each([
  {
    header: 'pages=1',
    stored: {},
    message: 'metadata smallbatch-options: expected a JSON object, found pages=1',
  },
  { header: '{"no":1}', stored: { no: 1 }, message: 'option (all): Unrecognized key: "no"' },
])(
  'an upload with the options $header ends as a failed run that says so',
  async ({ message, ...options }) => {
    const run = await waitForEnd(await uploadToy('options', [echo('a')], options));

    expect(run).toMatchObject({ state: 'failed', failure: { code: 'OPTIONS_INVALID', message } });
  },
);
