/** A block of YAML before the Markdown of a document, with what is known of it. */
import { stringify } from 'yaml';
import type { PdfDocument } from '../document.ts';
import type { Metadata } from '../facts-schema.ts';

export interface FrontMatter extends Metadata {
  /** The file's name. */
  readonly source: string;
  readonly pages: number;
  readonly pagesFailed?: number;
  readonly pagesOcr?: number;
  readonly pagesVision?: number;
}

/** A title is a line, whatever a document says its title is. */
const MAX_CHARS = 300;
/** Controls (YAML takes few of them), line separators, byte order marks and code points that are no characters. */
const UNWRITABLE = /[\p{Cc}\p{Zl}\p{Zp}\ufeff\ufffe\uffff]+/gu;
/** `D:20240131235959+01'00'`, each part but the year optional (ISO 32000-1, 7.9.4). */
const PDF_DATE = /^(?:D:)?(\d{4})(\d\d)?(\d\d)?(?:(\d\d)(\d\d)?(\d\d)?)?(?:(Z)|([+-])(\d\d)'?(\d\d)?)?/;
const LANGUAGE = /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i;

/** Reads the document's information dictionary and its language; what is not there, or no date and no language, is left out. */
export function readMetadata(document: PdfDocument): Metadata {
  const { handle } = document;
  const language = readLanguage(document);
  const metadata = {
    title: toLine(handle.getMetaData('info:Title')),
    author: toLine(handle.getMetaData('info:Author')),
    created: toIsoDate(handle.getMetaData('info:CreationDate')),
    language: language && LANGUAGE.test(language) ? language : undefined,
  };
  return Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== undefined));
}

function readLanguage({ handle }: PdfDocument): string | undefined {
  const trailer = handle.asPDF()?.getTrailer();
  const language = trailer?.get('Root', 'Lang');
  try {
    return language?.isString() ? language.asString().trim() : undefined;
  } finally {
    language?.destroy();
    trailer?.destroy();
  }
}

/** A PDF's date as ISO 8601; undefined for what is none. */
export function toIsoDate(text: string | undefined): string | undefined {
  const match = PDF_DATE.exec(text?.trim() ?? '');
  if (!match) return undefined;
  const [, year, month, day, hour, minute = '00', second = '00', utc, ...zone] = match;
  const date = [year, month, day].filter((part) => part !== undefined).join('-');
  const time = `T${hour}:${minute}:${second}${utc ?? toZone(zone)}`;
  return [`${date}${time}`, date].find(isDate);
}

function toZone([sign, hours, minutes = '00']: readonly (string | undefined)[]): string {
  return sign === undefined ? '' : `${sign}${hours}:${minutes}`;
}

function isDate(text: string): boolean {
  return !Number.isNaN(Date.parse(text));
}

/** The block with its fences and a blank line after it. Every text is quoted, so that none is a date, a number or a tag. */
export function toFrontMatter(front: FrontMatter): string {
  const { source, pages, title, author, created, language } = front;
  const facts = {
    title: toLine(title),
    author: toLine(author),
    created: toLine(created),
    language: toLine(language),
    source: toLine(source),
    pages,
    pages_failed: front.pagesFailed ?? 0,
    pages_ocr: front.pagesOcr ?? 0,
    pages_vision: front.pagesVision ?? 0,
  };
  const yaml = stringify(facts, {
    defaultStringType: 'QUOTE_DOUBLE',
    defaultKeyType: 'PLAIN',
    lineWidth: 0,
    keepUndefined: false,
  });
  return `---\n${yaml}---\n\n`;
}

function toLine(text: string | undefined): string | undefined {
  const line = text?.toWellFormed().replace(UNWRITABLE, ' ').replace(/\s+/g, ' ').trim();
  return line ? line.slice(0, MAX_CHARS).toWellFormed() : undefined;
}
