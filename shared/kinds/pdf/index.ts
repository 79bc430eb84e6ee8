import { defineKind, type Estimate, type Item } from '../../kind.ts';
import { estimatePages, OCR_MB } from '../../pdf/pages/clusters.ts';
import { PDF_LIBRARY_VERSION } from '../../pdf/version.ts';
import { factsOf } from './cluster-facts.ts';
import { type PdfData, type PdfKindOptions, pdfData, pdfOptions } from './schema.ts';

const MIB = 1024 * 1024;

/** A PDF, or a zip of PDFs: each document becomes Markdown, page by page. */
export const pdf = defineKind<PdfKindOptions, PdfData>({
  name: 'pdf',
  version: PDF_LIBRARY_VERSION,
  title: 'PDF, or a zip of PDFs, to Markdown',
  options: pdfOptions,
  data: pdfData,
  limits: {
    memoryMb: [512],
    timeoutSeconds: 300,
    // pages with a vision model may wait two minutes for it, and then be read by OCR, one after the other; on a busy machine
    // a scanned page that lies on its side takes 32 s
    itemSeconds: 240,
    concurrency: 20,
    // the document at work and those before it, half and half
    scratchMb: 1024,
    cluster: { items: 25, bytes: 64 * MIB, seconds: 30 },
  },
  secretOptions: ['visionSecret'],
  // journal hits and misses give the same pages
  resultOptions: ({ journal: _, ...options }) => options,
  facts: factsOf,
  accepts: (_, head) => Buffer.from(head).includes('%PDF-'),
  estimate,
  split: async () => (await import('./split.ts')).split,
  work: async () => {
    const [{ processItem }, { joinItem }] = await Promise.all([import('./process.ts'), import('./join.ts')]);
    return { process: processItem, join: joinItem };
  },
});

/** Node with the SDK and mupdf loaded. */
const BASELINE_MB = 160;

function estimate({ data }: Item<PdfData>): Estimate {
  switch (data.type) {
    case 'other':
      return { memoryMb: BASELINE_MB, seconds: 0.001 };
    case 'document':
      return { memoryMb: BASELINE_MB + OCR_MB, seconds: Math.min(1 + (data.origin.bytes / MIB) * 2, 20) };
    case 'pages': {
      const { memoryMb, seconds } = estimatePages(data.to - data.from + 1, data.hasScans);
      return { memoryMb: BASELINE_MB + memoryMb, seconds };
    }
    default:
      return data satisfies never;
  }
}
