import { extensionOf } from './formats.ts';

/** What browsers show within a page; anything else is a download, whatever it holds. */
const TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
};

/** The content type of a file that is copied as it is. Of SVG and scripts none is told that would run them. */
export function contentTypeOf(name: string): string {
  const extension = extensionOf(name);
  return (Object.hasOwn(TYPES, extension) ? TYPES[extension] : undefined) ?? 'application/octet-stream';
}
