import { defineKind, type Item } from '../../kind.ts';
import { estimatePages, OCR_MB } from '../../pdf/pages/clusters.ts';
import { factsOf } from './facts.ts';
import { formatByExtension } from './formats.ts';
import { type CanvasOptions, canvasOptions } from './options.ts';
import { type CanvasData, canvasData, type PagesData } from './schema.ts';

const MIB = 1024 * 1024;

/** A Canvas course archive (.imscc, a Common Cartridge): every file in it that holds text becomes Markdown. */
export const canvas = defineKind<CanvasOptions, CanvasData>({
  name: 'canvas',
  version: 3,
  title: 'Canvas course archive (.imscc) to Markdown',
  options: canvasOptions,
  data: canvasData,
  limits: {
    memoryMb: [512],
    timeoutSeconds: 120,
    // 20 pages at 3 s each, which only pages full of drawings take; one scanned one that lies on its side takes as long
    itemSeconds: 60,
    concurrency: 10,
    // the PDF at work and the cache of those before it
    scratchMb: 512,
    cluster: { items: 25, bytes: 16 * MIB, seconds: 30 },
  },
  companion: { suffix: '.metadata.json', of: '.imscc' },
  resultOptions: ({ journal: _, metadata: __, ...others }) => others,
  facts: ({ data }) => factsOf(data),
  isDated: true,
  newestInFolder: true,
  // What was hidden since must not be shown by the Markdown that it had when it was not.
  mayStay: (failed, last) => failed.detail?.published === true || last.detail?.published !== true,
  accepts: (name, head) => isZip(head) && (/\.imscc$/i.test(name) || isCourse(name, head)),
  estimate,
  split: async () => (await import('./split.ts')).split,
  // each by itself: `finish` runs where no converter is needed
  work: async () => ({
    process: async (item, context) => await (await import('./process.ts')).processItem(item, context),
    join: async (item, context) => await (await import('./join.ts')).joinItem(item, context),
    finish: async (context) => await (await import('./finish/finish.ts')).finishCourse(context),
  }),
});

/** A local file header, or the end record of an archive without members. */
function isZip(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x4b && (head[2] === 0x03 || head[2] === 0x05);
}

/** Browsers and other systems name a course `.zip`; then one of Canvas' own names stands near its beginning. */
function isCourse(name: string, head: Uint8Array): boolean {
  const text = Buffer.from(head).toString('latin1');
  return /\.zip$/i.test(name) && COURSE_NAME.test(text);
}

const COURSE_NAME =
  /imsmanifest\.xml|(?:course_settings|wiki_content|web_resources|non_cc_assessments|lti_resource_links)\//;

/** Node with the SDK, the converters and mupdf loaded. */
const BASELINE_MB = 180;

function pagesEstimate({ from, to, hasScans }: PagesData): { memoryMb: number; seconds: number } {
  const { memoryMb, seconds } = estimatePages(to - from + 1, hasScans);
  return { memoryMb: BASELINE_MB + memoryMb, seconds };
}

/** Pages are streamed: 1,000,000 elements took 66 MB, one paragraph of 13 MB 100. */
const MAX_PAGE_MB = 110;

/** A workbook of 50,000 rows of ten cells, 4 MB, took 115 MB; its table of strings has a limit of its own. */
const MAX_OFFICE_MB = 180;

function estimate(item: Item<CanvasData>): { memoryMb: number; seconds: number } {
  const { data } = item;
  if (data.type === 'pages') return pagesEstimate(data);
  if (data.type !== 'member') return { memoryMb: BASELINE_MB, seconds: 0.001 };
  if (data.listing.excluded) return { memoryMb: BASELINE_MB, seconds: 0.001 };
  const mib = data.member.bytes / MIB;
  switch (formatByExtension(data.member.name, data.listing.kind)) {
    case 'pdf':
      return { memoryMb: BASELINE_MB + OCR_MB, seconds: Math.min(1 + mib * 2, 20) };
    case 'html':
      return { memoryMb: BASELINE_MB + Math.min(20 + mib * 20, MAX_PAGE_MB), seconds: 0.1 + mib };
    case 'office':
      return { memoryMb: BASELINE_MB + Math.min(20 + mib * 30, MAX_OFFICE_MB), seconds: 0.1 + mib };
    case 'notebook':
      return { memoryMb: BASELINE_MB + 20 + mib * 6, seconds: 0.05 + mib * 0.1 };
    case undefined:
      return { memoryMb: BASELINE_MB, seconds: 0.01 };
    default:
      return { memoryMb: BASELINE_MB + 10, seconds: 0.05 + mib * 0.2 };
  }
}
