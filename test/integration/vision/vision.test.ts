import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { openPdf, type PdfDocument } from '../../../shared/pdf/document.ts';
import { closeOcr } from '../../../shared/pdf/ocr/ocr.ts';
import type { PageResult } from '../../../shared/pdf/page-result.ts';
import { convertInOrder } from '../../../shared/pdf/pages-in-order.ts';
import type { PdfOptions } from '../../../shared/pdf/pdf-options.ts';
import { collectProfile } from '../../../shared/pdf/profile.ts';
import { renderPage } from '../../../shared/pdf/render-page.ts';
import {
  type OpenVisionModel,
  openVisionModel,
  visionModelSchema,
} from '../../../shared/vision/open-model.ts';
import type { VisionModel } from '../../../shared/vision/vision-model.ts';
import {
  chat,
  later,
  type Reply,
  startChatServer,
  type VisionServer,
} from '../../support/http/vision-server.ts';
import { textLines, withFile, writePdf, writeScan } from '../../support/pdf/writer.ts';

const KEY = 'sk-test-0123456789abcdef';

afterAll(closeOcr);

const pagesOf = (count: number) =>
  writePdf(
    Array.from({ length: count }, (_, index) => ({
      texts: [{ text: `The text of page ${index + 1}.`, x: 72, y: 100 + 10 * index }],
    })),
  );

interface Limits {
  readonly timeoutMs?: number;
  readonly pageMs?: number;
  readonly attempts?: number;
}

function openModel(server: VisionServer, limits: Limits = {}): OpenVisionModel {
  const config = {
    provider: 'openai',
    endpoint: `${server.origin}/v1/`,
    model: 'reader-1',
    attempts: 1,
    ...limits,
  };
  return openVisionModel(visionModelSchema.parse(config), { key: KEY, allowedHosts: [server.host] });
}

interface Conversion {
  readonly pdf: Uint8Array;
  readonly options: PdfOptions;
  readonly limits?: Limits;
  readonly inspect?: (document: PdfDocument) => void;
}

async function convert(
  { pdf, options, limits, inspect }: Conversion,
  ...replies: Reply[]
): Promise<{ results: PageResult[]; server: VisionServer }> {
  await using server = await startChatServer(...replies);
  const model = openModel(server, limits);
  const results = await withFile(pdf, async (path) => {
    const document = await openPdf(path);
    try {
      inspect?.(document);
      const pages = Array.from({ length: document.pages }, (_, index) => index + 1);
      const profile = collectProfile(document);
      return await Array.fromAsync(
        convertInOrder({ document, pages, profile, options, tools: { vision: model } }),
      );
    } finally {
      document.close();
      await model.close();
    }
  });
  return { results, server };
}

/** A byte every 100 ms, for as long as someone listens. */
async function* trickle(): AsyncGenerator<string> {
  for (;;) {
    yield ' ';
    await setTimeout(100);
  }
}

async function* flood(megabytes: number): AsyncGenerator<string> {
  for (let sent = 0; sent < megabytes; sent += 1) yield ' '.repeat(1024 * 1024);
}

const ALL: PdfOptions = { vision: { mode: 'all', prices: { input: 2, output: 10 } } };
const hashOf = (base64: string): string => createHash('sha256').update(base64).digest('hex');

describe('pages read by a model behind chat completions', () => {
  it('come in order, each its own answer, with a bounded number of calls at once', async () => {
    const expected: string[] = [];
    const inspect = (document: PdfDocument): void => {
      for (let index = 0; index < 9; index += 1) {
        const { png } = renderPage(document, index, { dpi: 150 });
        expected.push(hashOf(Buffer.from(png).toString('base64')));
      }
    };
    const reply: Reply = ({ index, body }) =>
      later(index % 3 === 0 ? 120 : 10, chat({ content: hashOf(/base64,([^"]+)"/.exec(body)?.[1] ?? '') }));
    const options: PdfOptions = { vision: { mode: 'all', concurrency: 3 } };

    const { results, server } = await convert({ pdf: await pagesOf(9), options, inspect }, reply);

    expect(results.map(({ page }) => page)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(results.map(({ markdown }) => markdown)).toEqual(expected);
    expect(new Set(expected).size).toBe(9);
    expect(server.mostAtOnce()).toBe(3);
  });

  it('have their tokens and cost, and the request is what the protocol says', async () => {
    const { results, server } = await convert({ pdf: await pagesOf(1), options: ALL }, () =>
      chat({ content: '```markdown\n# Seen\n```' }),
    );

    expect(results).toMatchObject([{ status: 'vision', method: 'vision', markdown: '# Seen' }]);
    expect(results[0]?.vision).toEqual({
      model: 'reader-1',
      inputTokens: 1000,
      outputTokens: 200,
      cost: 0.004,
      ms: expect.any(Number),
    });
    expect(server.calls[0]).toMatchObject({ url: '/v1/chat/completions', key: `Bearer ${KEY}` });
    expect(JSON.parse(server.calls[0]?.body ?? '')).toMatchObject({
      model: 'reader-1',
      temperature: 0,
      messages: [{ role: 'user', content: [{ type: 'text' }, { type: 'image_url' }] }],
    });
  });

  it('wait as long as Retry-After says', async () => {
    const start = performance.now();

    const { results, server } = await convert(
      { pdf: await pagesOf(1), options: ALL, limits: { attempts: 2 } },
      () => ({ status: 429, headers: { 'retry-after': '1' }, body: '' }),
      () => chat({ content: 'Second try.' }),
    );

    expect(results).toMatchObject([{ status: 'vision', markdown: 'Second try.' }]);
    expect(server.calls).toHaveLength(2);
    expect(performance.now() - start).toBeGreaterThan(950);
  });

  it('that are blank are said to be', async () => {
    const { results } = await convert({ pdf: await pagesOf(1), options: ALL }, () =>
      chat({ content: '<!-- blank page -->' }),
    );

    expect(results).toMatchObject([{ status: 'blank', method: 'vision', markdown: '' }]);
  });
});

describe('a page that the model fails', () => {
  const quoted = JSON.stringify({ error: { message: `Incorrect API key provided: ${KEY}` } });

  it.each<[string, Reply, RegExp]>([
    ['500', () => ({ status: 500, body: quoted }), /UPSTREAM_FAILED.*500/],
    ['401, quoting the key', () => ({ status: 401, body: quoted }), /UPSTREAM_REFUSED/],
    ['a reply that quotes the key, in another shape', () => ({ body: quoted }), /UPSTREAM_INVALID/],
    [
      'a reply that is cut off',
      () => ({ body: chat({ content: KEY }).body.slice(0, 90) }),
      /UPSTREAM_INVALID.*no JSON/,
    ],
    ['too slow a reply', () => later(3000, chat({ content: 'Late.' })), /UPSTREAM_FAILED/],
    ['a reply that trickles', () => ({ body: trickle() }), /UPSTREAM_FAILED/],
    ['a reply of 50 MB', () => ({ body: flood(50) }), /UPSTREAM_INVALID.*more than 4194304 bytes/],
    ['a refusal', () => chat({ refusal: `I can't read ${KEY}.` }), /refused/],
    ['a refusal in words', () => chat({ content: "I'm sorry, but I can't assist with that." }), /refused/],
    ['nothing', () => chat({ content: '' }), /empty answer/],
    [
      'half of the page',
      () => chat({ content: '# Half of', finish: 'length' }),
      /cut off \(finish_reason length\)/,
    ],
    ['a filter', () => chat({ content: '', finish: 'content_filter' }), /withheld/],
  ])('by %s keeps its own text, and says so', async (_name, reply, reason) => {
    const { results } = await convert(
      { pdf: await pagesOf(1), options: ALL, limits: { timeoutMs: 1000 } },
      reply,
    );

    expect(results).toMatchObject([
      {
        status: 'text',
        method: 'layout',
        markdown: 'The text of page 1.',
        error: expect.stringMatching(/^vision failed, layout used instead: /),
        vision: { failure: expect.stringMatching(reason) },
      },
    ]);
    expect(JSON.stringify(results)).not.toContain(KEY.slice(0, 12));
  });

  it('ends after the time of a page, whatever its attempts wait for', async () => {
    const limits = { attempts: 10, timeoutMs: 1000, pageMs: 1500 };
    const busy: Reply = () => ({ status: 429, headers: { 'retry-after': '30' }, body: '' });
    const start = performance.now();

    const { results, server } = await convert({ pdf: await pagesOf(1), options: ALL, limits }, busy);

    expect(performance.now() - start).toBeLessThan(8000);
    expect(server.calls).toHaveLength(1);
    expect(results[0]?.vision?.failure).toMatch(/^UPSTREAM_FAILED: page 1: .*no answer within 1.5 s/);
  });

  it('is paid if it answered', async () => {
    const { results } = await convert({ pdf: await pagesOf(1), options: ALL }, () =>
      chat({ content: '# Half of', finish: 'length' }),
    );

    expect(results[0]?.vision).toMatchObject({ inputTokens: 1000, outputTokens: 200, cost: 0.004 });
  });

  it('costs only itself', async () => {
    const reply: Reply = ({ index }) =>
      index === 1 ? { status: 500, body: '' } : chat({ content: 'Seen.' });
    const options: PdfOptions = { vision: { mode: 'all', concurrency: 1 } };

    const { results } = await convert({ pdf: await pagesOf(3), options }, reply);

    expect(results.map(({ page, status }) => [page, status])).toEqual([
      [1, 'vision'],
      [2, 'text'],
      [3, 'vision'],
    ]);
  });

  it('falls back to OCR where it is a scan', async () => {
    const lines = textLines(
      ['The harbour was visited twice', 'between May and September.'],
      { x: 72, y: 120, size: 16 },
      24,
    );
    const scan = await writeScan(await writePdf([{ texts: lines }]));

    const { results } = await convert({ pdf: scan, options: ALL }, () => ({ status: 500, body: '' }));

    expect(results).toMatchObject([
      {
        status: 'ocr',
        method: 'tesseract',
        error: expect.stringContaining('vision failed, tesseract used instead'),
      },
    ]);
    expect(results[0]?.markdown).toContain('harbour');
  });
});

describe('the picture of a page', () => {
  it('is given back when the model has answered', async () => {
    const pictures: Uint8Array[] = [];
    const vision: VisionModel = {
      name: 'reader-1',
      async transcribe(png) {
        pictures.push(png);
        if (pictures.length === 2) throw new Error('no answer');
        return { markdown: 'Seen.', inputTokens: 1, outputTokens: 1, ms: 1 };
      },
    };

    await withFile(await pagesOf(2), async (path) => {
      const document = await openPdf(path);
      const job = { document, pages: [1, 2], profile: collectProfile(document), options: ALL };
      await Array.fromAsync(convertInOrder({ ...job, tools: { vision } })).finally(() => document.close());
    });

    expect(pictures.map(({ length }) => length)).toEqual([0, 0]);
  });
});

const SMALL = Array(5).fill('The survey covers eleven harbours on the northern coast,');

const strokes = (): string =>
  Array.from({ length: 150 }, (_, index) => {
    const [x, y] = [40 + ((index * 97) % 500), 60 + ((index * 61) % 640)];
    return `q 1 w ${x} ${y} m ${x + 9} ${y + 14} l ${x + 3} ${y - 8} l ${x + 14} ${y + 2} l S Q`;
  }).join('\n');

const AUTO: PdfOptions = { vision: { mode: 'auto' } };

describe('the mode auto', () => {
  it('asks for nothing that is read well', async () => {
    const scan = await writeScan(
      await writePdf([
        {
          texts: textLines(
            ['A page that is plain print', 'and easy to read.'],
            { x: 72, y: 90, size: 16 },
            24,
          ),
        },
      ]),
    );

    const texts = await convert({ pdf: await pagesOf(2), options: AUTO }, () => chat({ content: 'Seen.' }));
    const scans = await convert({ pdf: scan, options: AUTO }, () => chat({ content: 'Seen.' }));

    expect(texts.server.calls).toHaveLength(0);
    expect(scans.server.calls).toHaveLength(0);
    expect(scans.results).toMatchObject([{ status: 'ocr' }]);
  });

  it.each([
    ['print that is too small', { texts: textLines(SMALL, { x: 72, y: 120, size: 3.6 }, 5) }],
    ['strokes that may be handwriting', { texts: [], graphics: strokes() }],
  ])('asks for a page that OCR reads badly: %s', async (_name, page) => {
    const scan = await writeScan(await writePdf([page]));

    const { results, server } = await convert({ pdf: scan, options: AUTO }, () => chat({ content: 'Seen.' }));

    expect(server.calls).toHaveLength(1);
    expect(results).toMatchObject([{ status: 'vision', markdown: 'Seen.' }]);
  });
});

describe('a page dense in formulas', () => {
  it('is marked, and asked for in the mode auto', async () => {
    const texts = textLines(Array(9).fill('alpha beta gamma'), { x: 72, y: 90, font: 'Times-Roman' }, 20);
    const text = Buffer.from(await writePdf([{ texts }])).toString('latin1');
    const pdf = Buffer.from(text.replaceAll('/BaseFont/Times-Roman', '/BaseFont/CMMI10'), 'latin1');

    const asked = await convert({ pdf, options: AUTO }, () => chat({ content: '$$\\alpha$$' }));
    const off = await convert({ pdf, options: {} }, () => chat({ content: 'Seen.' }));

    expect(asked.results).toMatchObject([{ status: 'vision', maths: true, markdown: '$$\\alpha$$' }]);
    expect(off.results).toMatchObject([{ status: 'text', maths: true }]);
    expect(off.server.calls).toHaveLength(0);
  });
});

describe('a caller that stops', () => {
  it('ends the calls that are open before the document may be closed', async () => {
    await using server = await startChatServer(({ index }) =>
      later(index === 0 ? 10 : 20_000, chat({ content: 'Seen.' })),
    );
    const model = openModel(server, { timeoutMs: 30_000 });
    const start = performance.now();

    await withFile(await pagesOf(6), async (path) => {
      const document = await openPdf(path);
      const job = { document, pages: [1, 2, 3, 4, 5, 6], profile: collectProfile(document), options: ALL };
      for await (const _ of convertInOrder({ ...job, tools: { vision: model } })) break;
      document.close();
    });
    await model.close();

    expect(performance.now() - start).toBeLessThan(5000);
  });

  it('by a signal gets its reason', async () => {
    await using server = await startChatServer(() => later(20_000, chat({ content: 'Late.' })));
    const model = openModel(server, { timeoutMs: 30_000 });
    const tools = { vision: model, signal: AbortSignal.timeout(300) };

    const conversion = withFile(await pagesOf(1), async (path) => {
      const document = await openPdf(path);
      const job = { document, pages: [1], profile: collectProfile(document), options: ALL, tools };
      return await Array.fromAsync(convertInOrder(job)).finally(() => document.close());
    });

    await expect(conversion).rejects.toThrow(expect.objectContaining({ name: 'TimeoutError' }));
    await model.close();
  });
});
