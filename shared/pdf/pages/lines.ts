/** Page results between the functions that convert clusters and the one that joins them: one line of JSON a page. */
import * as z from 'zod';
import { splitLines, toJsonLine } from '../../json/lines.ts';
import type { ItemResult, Output } from '../../kind.ts';
import type { PageRange } from '../page-ranges.ts';
import type { PageResult } from '../page-result.ts';
import { parseClusterId } from './clusters.ts';

/** What joining and counting depend on; the rest of a page's record passes through as it was written. */
const pageResult = z.looseObject({
  page: z.int().positive(),
  status: z.enum(['text', 'ocr', 'vision', 'blank', 'failed']),
  method: z.string(),
  confidence: z.number(),
  ms: z.number(),
  markdown: z.string(),
  error: z.string().optional(),
});

/** A page result that this library wrote; undefined for anything else. */
export function parsePageResult(json: string): PageResult | undefined {
  try {
    return pageResult.safeParse(JSON.parse(json)).data as PageResult | undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export async function* toPageLines(pages: AsyncIterable<PageResult>): AsyncGenerator<string> {
  for await (const page of pages) yield toJsonLine(page);
}

export interface ClusterReader {
  /** The clusters' results, in the order of their pages. */
  readonly clusters: AsyncIterable<ItemResult> | Iterable<ItemResult>;
  read(output: Output): AsyncIterable<Uint8Array>;
  /** Pages of a failed cluster that are known from elsewhere. */
  rescue?(cluster: ItemResult, range: PageRange): Promise<ReadonlyMap<number, PageResult>>;
}

/** Every page of every cluster, in order; one without a result is `failed`, with its cluster's failure. */
export async function* readClusters(reader: ClusterReader): AsyncGenerator<PageResult> {
  for await (const cluster of reader.clusters) {
    const range = parseClusterId(cluster.id);
    const [output] = cluster.outputs;
    const pages = output ? parsePageLines(reader.read(output)) : rescued(reader, cluster, range);
    const missing = cluster.failure?.message ?? 'it has no result';
    yield* filled(pages, range, missing);
  }
}

async function* rescued(
  { rescue }: ClusterReader,
  cluster: ItemResult,
  range: PageRange,
): AsyncGenerator<PageResult> {
  if (rescue) yield* (await rescue(cluster, range)).values();
}

/** The pages of a range; one that is not among `pages` (in ascending order) is filled in as failed. */
async function* filled(
  pages: AsyncIterable<PageResult>,
  { from, to }: PageRange,
  error: string,
): AsyncGenerator<PageResult> {
  let next = from;
  for await (const result of pages) {
    for (; next < result.page; next++) yield failedPage(next, error);
    yield result;
    next = result.page + 1;
  }
  for (; next <= to; next++) yield failedPage(next, error);
}

function failedPage(page: number, error: string): PageResult {
  return { page, status: 'failed', method: 'none', confidence: 0, ms: 0, markdown: '', error };
}

async function* parsePageLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<PageResult> {
  for await (const line of splitLines(bytes)) {
    const result = parsePageResult(line);
    if (result) yield result;
  }
}
