import { CODE_LANGUAGES } from '../../text/code-languages.ts';
import type { CanvasOptions } from './options.ts';
import type { Listing } from './schema.ts';

/** Formats that are read as a stream of text, straight from the archive. */
export type StreamFormat = 'text' | 'subtitles' | 'code' | 'xml' | 'csv' | 'csvHead';
/** How a file is converted. What has no format is listed as unsupported; that is not a failure. */
export type Format = 'html' | 'pdf' | 'sjson' | 'notebook' | 'office' | StreamFormat;

/** What the converter of Office files tells apart by the file itself, whatever it is called. */
const OFFICE = 'doc dot docx docm dotx ppt pps pptx pptm ppsx rtf odt ott odp ods xlsx xlsm xltx epub'.split(
  ' ',
);

const FORMATS: Readonly<Record<string, Format>> = {
  ...Object.fromEntries(Object.keys(CODE_LANGUAGES).map((extension) => [extension, 'code' as const])),
  ...Object.fromEntries(OFFICE.map((extension) => [extension, 'office' as const])),
  html: 'html',
  htm: 'html',
  xhtml: 'html',
  pdf: 'pdf',
  txt: 'text',
  md: 'text',
  markdown: 'text',
  srt: 'subtitles',
  vtt: 'subtitles',
  sjson: 'sjson',
  ipynb: 'notebook',
  xml: 'xml',
  csv: 'csv',
  tsv: 'csv',
};

/** Of a problem's data, a tutor has to know what they look like. */
const PROBLEM_FORMATS: Readonly<Record<string, Format>> = { ...FORMATS, csv: 'csvHead', tsv: 'csvHead' };

/** `pdf` for `web_resources/Lecture 1.PDF`; empty where the file name has none. */
export function extensionOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot + 1).toLowerCase();
}

/** The conversion that there is for a file. */
export function formatByExtension(path: string, kind: Listing['kind']): Format | undefined {
  const formats = kind === 'content' ? FORMATS : PROBLEM_FORMATS;
  const extension = extensionOf(path);
  return Object.hasOwn(formats, extension) ? formats[extension] : undefined;
}

/** Where a file itself lies in the results, if it is copied there: beside its Markdown, if it had any. */
export function copyPath({ output }: Pick<Listing, 'output'>): string {
  return output.replace(/\.md$/, '');
}

/** The conversion that there is for a file and that this run wants. */
export function formatOf(path: string, kind: Listing['kind'], options: CanvasOptions): Format | undefined {
  const { extensions } = options;
  if (extensions.length > 0 && !extensions.includes(extensionOf(path))) return undefined;
  return formatByExtension(path, kind);
}

/**
 * Where a file's Markdown goes: its whole path in the archive, so that `a.pdf` and `a.docx` stay apart. Problems lie by their title;
 * what students can't see never lies among the content.
 */
export function outputPath(
  path: string,
  listing: Pick<Listing, 'kind' | 'published'>,
  options: CanvasOptions,
): string {
  if (listing.kind === 'content')
    return `${listing.published ? 'content' : 'unpublished'}/${path.replace(/^\/+/, '')}.md`;
  return `problems/${path.slice(options.tutorFolder.replace(/\/+$/, '').length + 1)}.md`;
}
