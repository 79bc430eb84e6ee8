import { expect, test } from 'vitest';
import { canvas } from '../../../../shared/kinds/canvas/index.ts';

test('what an item is thought to need fits the function, and a cluster’s seconds', () => {
  const profile = { bodySize: 10, headings: [], running: [], notes: [], hyphenates: false };
  const facts = { sha256: 'a', pages: 10, profile, scanned: 1, isRepaired: false, metadata: {} };
  const member = {
    name: 'a.pdf',
    method: 8,
    flags: 0,
    compressedBytes: 9e7,
    bytes: 1e8,
    crc32: 1,
    headerOffset: 0,
  } as const;
  const listing = {
    type: 'file',
    published: true,
    reason: '',
    title: '',
    kind: 'content',
    excluded: false,
    output: 'content/a.md',
  } as const;
  const item = { id: 'a', identity: 'b', bytes: 1 };

  const estimates = ['a.pdf', 'a.html', 'a.docx', 'a.txt', 'a.png'].map((name) =>
    canvas.estimate({ ...item, data: { type: 'member', member: { ...member, name }, listing } }),
  );
  const scanned = canvas.estimate({
    ...item,
    data: { type: 'pages', member, from: 1, to: 10, facts, hasScans: true },
  });

  for (const { memoryMb } of [...estimates, scanned])
    expect(memoryMb).toBeLessThanOrEqual(canvas.limits.memoryMb[0]);
  expect(scanned.seconds).toBeLessThanOrEqual(canvas.limits.cluster.seconds);
});
