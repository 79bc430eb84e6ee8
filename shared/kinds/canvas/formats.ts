/** How a file is converted, by its extension. What has no format is listed as unsupported; that is not a failure. */
export type Format = 'html' | 'pdf' | 'plain' | 'subtitles' | 'json' | 'xml';

const FORMATS: Readonly<Record<string, Format>> = {
  html: 'html',
  htm: 'html',
  pdf: 'pdf',
  txt: 'plain',
  md: 'plain',
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

export function formatOf(path: string): Format | undefined {
  const extension = extensionOf(path);
  return Object.hasOwn(FORMATS, extension) ? FORMATS[extension] : undefined;
}

/** Where a file's Markdown goes: its whole path in the archive, so that `a.pdf` and `a.docx` stay apart. */
export function outputPath(path: string): string {
  return `content/${path}.md`;
}
