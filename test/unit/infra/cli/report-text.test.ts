import { expect, test } from 'vitest';
import type { Report } from '../../../../infra/cli/report.ts';
import { toText } from '../../../../infra/cli/report-text.ts';

const report: Report = {
  version: 1,
  run: 'canvas-1',
  kind: 'canvas',
  state: 'completed_with_failures',
  items: { total: 2, ok: 1, failed: 1, unchanged: 0 },
  clusters: 1,
  groups: 1,
  seconds: 1.25,
  results: '/out/canvas/x',
  functions: [
    { name: 'split', memoryMb: 512, invocations: 1, peakRssMb: 91, billedMs: 300, kills: 0 },
    { name: 'process-canvas-512', memoryMb: 512, invocations: 2, peakRssMb: 164, billedMs: 900, kills: 1 },
    { name: 'sweep', memoryMb: 256, invocations: 0, peakRssMb: 0, billedMs: 0, kills: 0 },
  ],
  requests: { 's3.GetObject': 3 },
  bytes: { s3In: 10_000, s3Out: 20_000 },
  costUsd: { total: 0.00002, lambda: 0.00001, sqs: 0, dynamodb: 0, s3: 0.00001 },
  failures: [{ item: 'a.pdf', code: 'PDF_INVALID', message: 'expected a PDF, found nothing' }],
  warnings: ['3 images were left out'],
  memory: [{ memoryMb: 512, clusters: 1, p50Mb: 176, p95Mb: 176, maxMb: 176, recommendedMb: 256 }],
};

test('says what came of a run, one of a thing in the singular', () => {
  expect(toText(report)).toBe(`canvas-1: completed with failures in 1.3 s
  items     2 (1 ok, 1 failed, 0 unchanged) in 1 cluster, 1 group
  failed    a.pdf: PDF_INVALID: expected a PDF, found nothing
  warning   3 images were left out
  results   /out/canvas/x
  memory    process peak RSS against memory size:
            split                     91 of 512 MB, 1 invocation, 0.3 s billed
            process-canvas-512       164 of 512 MB, 2 invocations, 0.9 s billed, 1 killed
            1 cluster in 512 MB: below 176 MB; 256 MB would hold it
  requests  s3.GetObject 3
  bytes     0.01 MB read from S3, 0.02 MB written
  cost      $0.000020 on AWS (lambda $0.000010, sqs and events $0.000000, dynamodb $0.000000, s3 $0.000010)`);
});

test('says of several clusters how their peaks lie, and how sizes are enforced to who asks', () => {
  const [tier] = report.memory;
  const text = toText(
    { ...report, clusters: 3, memory: tier ? [{ ...tier, clusters: 3, p50Mb: 100 }] : [] },
    'by polling',
  );

  expect(text).toContain('in 3 clusters, 1 group');
  expect(text).toContain(
    '3 clusters in 512 MB: half below 100, 95 % below 176, all below 176 MB; 256 MB would hold them',
  );
  expect(text).toContain('process peak RSS against memory size (by polling):');
});

test('says how many items a run that was cancelled did not come to', () => {
  const text = toText({ ...report, state: 'cancelled', items: { total: 9, ok: 1, failed: 1, unchanged: 2 } });

  expect(text).toContain('items     9 (1 ok, 1 failed, 2 unchanged, 5 not done) in 1 cluster');
});
