import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { canvas } from '../../shared/kinds/canvas/index.ts';
import { planPdf } from '../../shared/kinds/canvas/pdf-plan.ts';
import { openPdf } from '../../shared/pdf/document.ts';
import { collectProfile } from '../../shared/pdf/profile.ts';
import { pdfOf } from '../fixtures/canvas/course.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smallbatch-plan-'));
});
afterAll(() => rm(folder, { recursive: true }));

test.each<[number, 'auto' | 'on' | 'off', object]>([
  [1, 'auto', { isAtOnce: true, hasScans: false }],
  [20, 'auto', { isAtOnce: true, hasScans: false }],
  [21, 'auto', { isAtOnce: false, pagesPerItem: 20, hasScans: false }],
  [300, 'off', { isAtOnce: false, pagesPerItem: 20, hasScans: false }],
  [1, 'on', { isAtOnce: true, hasScans: true }],
  [5, 'on', { isAtOnce: false, pagesPerItem: 1, hasScans: true }],
])('%i pages of text, OCR %s', async (pages, ocr, expected) => {
  const path = join(folder, `${pages}-${ocr}.pdf`);
  await writeFile(
    path,
    pdfOf(Array.from({ length: pages }, (_, at) => `This is the text of page ${at + 1}, all of it.`)),
  );
  const document = await openPdf(path);

  const plan = planPdf(document, ocr);
  document.close();

  expect(plan).toMatchObject(expected);
});

test('what an item is thought to need fits the function, and a cluster’s seconds', async () => {
  const path = join(folder, 'profile.pdf');
  await writeFile(path, pdfOf(['x']));
  const document = await openPdf(path);
  const profile = collectProfile(document);
  document.close();
  const member = {
    name: 'a.pdf',
    method: 8,
    flags: 0,
    compressedBytes: 9e7,
    bytes: 1e8,
    crc32: 1,
    headerOffset: 0,
  } as const;
  const listing = { published: true, reason: '', title: '', kind: 'content', excluded: false } as const;
  const item = { id: 'a', identity: 'b', bytes: 1 };

  const estimates = ['a.pdf', 'a.html', 'a.docx', 'a.txt', 'a.png'].map((name) =>
    canvas.estimate({ ...item, data: { type: 'member', member: { ...member, name }, listing } }),
  );
  const scanned = canvas.estimate({
    ...item,
    data: { type: 'pages', member, from: 1, to: 10, profile, hasScans: true },
  });

  for (const { memoryMb } of [...estimates, scanned])
    expect(memoryMb).toBeLessThanOrEqual(canvas.limits.memoryMb[0]);
  expect(scanned.seconds).toBeLessThanOrEqual(canvas.limits.cluster.seconds);
});
