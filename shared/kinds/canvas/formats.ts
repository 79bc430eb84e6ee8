import type { CanvasOptions, Listing } from './schema.ts';

/** How a file is converted, by its extension. What has no format is listed as unsupported; that is not a failure. */
export type Format = 'html' | 'pdf' | 'plain' | 'subtitles' | 'json' | 'xml';

const FORMATS: Readonly<Record<string, Format>> = {
  html: 'html',
  htm: 'html',
  pdf: 'pdf',
  txt: 'plain',
  md: 'plain',
  tex: 'plain',
  srt: 'subtitles',
  vtt: 'subtitles',
  json: 'json',
  xml: 'xml',
};

/** `pdf` for `web_resources/Lecture 1.PDF`; empty where the file name has none. */
export function extensionOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot + 1).toLowerCase();
}

/** The conversion that there is for a file, and that this run wants. */
export function formatOf(path: string, _kind: Listing['kind'], options: CanvasOptions): Format | undefined {
  const { extensions } = options;
  if (extensions.length > 0 && !extensions.includes(extensionOf(path))) return undefined;
  return formatByExtension(path);
}

export function formatByExtension(path: string): Format | undefined {
  const extension = extensionOf(path);
  return Object.hasOwn(FORMATS, extension) ? FORMATS[extension] : undefined;
}

/**
 * Where a file's Markdown goes: its whole path in the archive, so that `a.pdf` and `a.docx` stay apart. Problems lie by their title;
 * what students can't see never lies among the content.
 */
export function outputPath(path: string, listing: Listing, options: CanvasOptions): string {
  if (listing.kind === 'content') return `${listing.published ? 'content' : 'unpublished'}/${path}.md`;
  return `problems/${path.slice(options.tutorFolder.replace(/\/+$/, '').length + 1)}.md`;
}
