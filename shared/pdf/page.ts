/** Converts one page to Markdown. A bad page is a result with the status `failed`, never an exception. */
import type { PdfDocument } from './document.ts';
import type { PdfProfile } from './profile.ts';
import { readPage } from './read-page.ts';
import { toMarkdown } from './to-markdown.ts';
import type { PageContent } from './words.ts';

export interface PageResult {
  /** From 1. */
  readonly page: number;
  readonly status: 'text' | 'ocr' | 'vision' | 'blank' | 'failed';
  /** How the text was got, e.g. `layout`. */
  readonly method: string;
  /** 0 to 1: how far the text is to be trusted. */
  readonly confidence: number;
  readonly ms: number;
  readonly markdown: string;
  readonly error?: string;
}

export interface PdfOptions {
  /** Longest side of a page picture, in pixels. */
  readonly maxPixels?: number;
}

/** Converts page `page` (from 1) of `document`. */
export async function convertPage(
  document: PdfDocument,
  page: number,
  profile: PdfProfile,
  _options: PdfOptions = {},
): Promise<PageResult> {
  const start = performance.now();
  document.engine.takeLog();
  try {
    const content = readPage(document, page - 1);
    const memory = document.engine.takeLog().find((line) => /insufficient memory|malloc/i.test(line));
    if (memory) return failed(page, start, memory);
    return { page, ...toResult(content, profile), ms: performance.now() - start };
  } catch (error) {
    return failed(page, start, error instanceof Error ? error.message : String(error));
  }
}

function toResult(
  content: PageContent,
  profile: PdfProfile,
): Pick<PageResult, 'status' | 'method' | 'confidence' | 'markdown'> {
  const markdown = toMarkdown(content, profile);
  if (markdown === '') return { status: 'blank', method: 'none', confidence: 1, markdown };
  return { status: 'text', method: 'layout', confidence: 1, markdown };
}

function failed(page: number, start: number, error: string): PageResult {
  const ms = performance.now() - start;
  return { page, status: 'failed', method: 'none', confidence: 0, ms, markdown: '', error };
}
