import { expect, test } from 'vitest';
import { pdfOf } from '../../fixtures/canvas/course.ts';
import { chat, later, startChatServer, type VisionServer } from '../../support/http/vision-server.ts';
import {
  linesOf,
  MemoryJournal,
  numbersIn,
  type PlayOptions,
  play,
  sentences,
} from '../../support/kinds/pdf-kind-play.ts';

/** Runs that have every page read by the model of a server. */
const askingAt = ({ origin, host }: VisionServer, journal: MemoryJournal): PlayOptions => ({
  options: {
    vision: 'all',
    visionEndpoint: `${origin}/v1`,
    visionModel: 'reader',
    visionSecret: 'reader-key',
    visionConcurrency: '1',
    visionInputPrice: '1',
    visionOutputPrice: '10',
  },
  allowedHosts: [host],
  secrets: { 'reader-key': 'sk-very-secret' },
  journal,
});

test('every page is read by the model, once; its key is nowhere in what is kept', async () => {
  await using server = await startChatServer(({ index }) =>
    chat({ content: `This is sentence ${index + 1} of the film.` }),
  );
  const journal = new MemoryJournal();

  const first = await play('pdf/a/a.pdf', pdfOf(sentences(6)), askingAt(server, journal));
  const second = await play('pdf/a/a.pdf', pdfOf(sentences(6)), askingAt(server, journal));

  expect(first.clusters.map(({ id }) => id)).toEqual(
    sentences(6).map((_, at) => `pages 000${at + 1}-000${at + 1}`),
  );
  expect(numbersIn(first.outputs.get('a.md'))).toEqual([1, 2, 3, 4, 5, 6]);
  expect(first.outputs.get('a.md')).toContain('of the film.');
  expect(server.calls.map(({ key }) => key)).toEqual(Array(6).fill('Bearer sk-very-secret'));
  const told = { visionPages: 6, visionTokens: 7200, visionCost: 0.018 };
  expect(first.results.get('a.pdf')?.detail).toMatchObject(told);
  expect(second.results.get('a.pdf')?.detail).toMatchObject({ visionPages: 6, cachedPages: 6 });
  const kept = JSON.stringify([...journal.entries, ...first.outputs, ...first.results]);
  expect(kept).not.toContain('very-secret');
});

test('a page that the model refuses falls back and says so; the journal leaves it to be asked for again', async () => {
  const seen = () => chat({ content: 'Seen.' });
  await using server = await startChatServer(seen, () => chat({ refusal: 'No.' }), seen);
  const journal = new MemoryJournal();

  const first = await play('pdf/a/a.pdf', pdfOf(sentences(2)), askingAt(server, journal));
  const second = await play('pdf/a/a.pdf', pdfOf(sentences(2)), askingAt(server, journal));

  expect(linesOf(first, 'a.pages.jsonl')[2]).toMatchObject({
    page: 2,
    status: 'text',
    error: expect.stringContaining('vision failed, layout used instead'),
  });
  expect(first.results.get('a.pdf')?.detail).toMatchObject({
    visionFailedPages: 1,
    warning: expect.stringContaining('page 2: vision failed'),
  });
  expect(second.results.get('a.pdf')?.detail).toMatchObject({ visionPages: 2, cachedPages: 1 });
});

test('a page that the model has read is kept, although its item ends while an earlier one is with the model', async () => {
  const ended = new AbortController();
  const journal = new MemoryJournal();
  journal.onWrite = (key) => {
    if (key.endsWith('/2.json')) ended.abort(new Error('killed'));
  };
  await using server = await startChatServer(async ({ index }) =>
    later(index === 0 && !ended.signal.aborted ? 10_000 : 10, chat({ content: `Answer ${index}.` })),
  );
  const both = askingAt(server, journal);
  const options = { ...both.options, visionConcurrency: '2' };

  const first = await play('pdf/a/a.pdf', pdfOf(sentences(2)), { ...both, options, signal: ended.signal });
  const second = await play('pdf/a/a.pdf', pdfOf(sentences(2)), { ...both, options });

  expect(first.results.get('a.pdf')?.failure?.message).toContain('killed');
  expect(server.calls).toHaveLength(3);
  expect(second.outputs.get('a.md')).toBe('Answer 2.\n\nAnswer 1.\n');
  expect(second.results.get('a.pdf')?.detail).toMatchObject({ visionPages: 2, cachedPages: 1 });
});
