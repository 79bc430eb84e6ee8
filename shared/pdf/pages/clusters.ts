/** How a document is cut: converted at once, or in page clusters that are converted apart and joined in order. */
import { SmallbatchError } from '../../errors.ts';
import type { Item } from '../../kind.ts';
import type { DocumentFacts } from '../facts-schema.ts';
import { countPages, cutPageRanges, type PageRange } from '../page-ranges.ts';

export interface ClusterPlan {
  readonly isAtOnce: boolean;
  /** In the order of the pages. */
  readonly clusters: readonly PageRange[];
  /** Are there pages that OCR has to read? */
  readonly hasScans: boolean;
}

/** A PDF of more pages expands; a page of text takes 2 to 100 ms, one full of drawings seconds. */
const PAGES_AT_ONCE = 20;
const PAGES_PER_CLUSTER = 20;
/** A scanned page takes 2 s on a whole core, on its side up to 20 s, and a function of 512 MB has a third of a core; an item has 60 s. */
const SCANS_AT_ONCE = 1;
const SCANS_PER_CLUSTER = 1;
/** A book with some pictures of its own: about one of them in a cluster of this many pages. */
const FEW_SCANS = 0.1;
const MIXED_PER_CLUSTER = 10;
/** Every page of a cluster becomes a line that `join` holds (100 bytes each), and a child group is planned in one go. */
const MAX_PAGES = 40_000;

export interface ClusterWishes {
  /** All pages by default. */
  readonly wanted?: readonly PageRange[];
  /** So many pages are converted in one go at most, however fast they are. */
  readonly most?: number;
}

/** @throws SmallbatchError ITEM_TOO_LARGE */
export function planClusters(
  { pages, scanned }: DocumentFacts,
  ocr: 'auto' | 'on' | 'off' = 'auto',
  { wanted = [{ from: 1, to: pages }], most = PAGES_AT_ONCE }: ClusterWishes = {},
): ClusterPlan {
  const count = countPages(wanted);
  if (count > MAX_PAGES)
    throw new SmallbatchError(
      'ITEM_TOO_LARGE',
      `expected at most ${MAX_PAGES} pages at a time, found ${count}`,
    );
  const share = shareOfScans(ocr, scanned);
  const isAtOnce = count <= most && share * count <= SCANS_AT_ONCE;
  const clusters = isAtOnce ? [] : cutPageRanges(wanted, Math.min(most, pagesPerCluster(share)));
  return { isAtOnce, clusters, hasScans: share > 0 };
}

function shareOfScans(ocr: 'auto' | 'on' | 'off', scanned: number): number {
  if (ocr === 'auto') return scanned;
  return ocr === 'on' ? 1 : 0;
}

function pagesPerCluster(share: number): number {
  if (share === 0) return PAGES_PER_CLUSTER;
  return share <= FEW_SCANS ? MIXED_PER_CLUSTER : SCANS_PER_CLUSTER;
}

/** The items that a document expands into. */
export function toClusterItems<D>(
  { clusters }: ClusterPlan,
  { sha256, pages }: DocumentFacts,
  documentBytes: number,
  toData: (range: PageRange) => D,
): Item<D>[] {
  return clusters.map((range) => ({
    id: toClusterId(range),
    identity: `${sha256}-${range.from}-${range.to}`,
    // an item reads the whole file, but on a warm function only once: its share of the bytes packs neighbours together
    bytes: Math.ceil((documentBytes * (range.to - range.from + 1)) / pages),
    data: toData(range),
  }));
}

/** `pages 0021-0040`: the id of a page cluster's item. */
export function toClusterId({ from, to }: PageRange): string {
  return `pages ${padded(from)}-${padded(to)}`;
}

/** @throws SmallbatchError JOIN_FAILED for an id that is no page cluster's */
export function parseClusterId(id: string): PageRange {
  const [, from, to] = /^pages (\d+)-(\d+)$/.exec(id) ?? [];
  if (from === undefined || to === undefined)
    throw new SmallbatchError('JOIN_FAILED', `expected an id like "pages 0001-0020", found "${id}"`);
  return { from: Number(from), to: Number(to) };
}

/** Where a cluster's pages wait for `join`. */
export function clusterPath(document: string, { from, to }: PageRange): string {
  return `pages/${document}/${padded(from)}-${padded(to)}.jsonl`;
}

function padded(page: number): string {
  return String(page).padStart(4, '0');
}

/** mupdf with a page; tesseract with its model and a page's picture. Beside the function's own baseline. */
const PDF_MB = 60;
export const OCR_MB = 140;

/** What a cluster of pages is thought to need. */
export function estimatePages(pages: number, hasScans: boolean): { memoryMb: number; seconds: number } {
  return hasScans
    ? { memoryMb: OCR_MB, seconds: 5 + pages * 2 }
    : { memoryMb: PDF_MB, seconds: 2 + pages * 0.25 };
}
