import { type RangeSource, readRange } from '../../range-source.ts';
import { decodeMarkup } from '../decode-markup.ts';
import { htmlMarkdown } from '../html.ts';
import { openCompoundFile } from './cfb.ts';
import { needsPassword } from './doc/fib.ts';
import { invalid, type OfficePackage, openOffice } from './package.ts';

/** A file's first bytes, by which its format is known whatever its name says. */
const HEAD_BYTES = 1024;
const COMPOUND = 'd0cf11e0a1b11ae1';
const ZIP = '504b0304';
const HTML = /^[\ufeff\s]*<(?:!doctype html|html|head|meta|body|title|div|p|table|h[1-6]|!--|\?xml)\b/i;

/**
 * A document of Office, OpenDocument, EPUB or RTF as Markdown, by what it is and not by what it is called: a `.doc` may be RTF, a page saved
 * by Word, or a newer document. Throws TEXT_INVALID where it is none of them, and names a password.
 */
export async function* officeMarkdown(source: RangeSource): AsyncGenerator<string> {
  const head =
    source.size === 0 ? Buffer.alloc(0) : await readRange(source, 0, Math.min(HEAD_BYTES, source.size));
  const signature = head.toString('hex', 0, 8);
  if (signature.startsWith(ZIP)) yield* await packageMarkdown(source);
  else if (signature === COMPOUND) yield* await compoundMarkdown(source);
  else if (head.toString('latin1', 0, 5) === '{\\rtf')
    yield* (await import('./rtf.ts')).rtfMarkdown(chunksOf(source));
  else if (HTML.test(head.toString('utf8'))) yield* htmlMarkdown(decodeMarkup(chunksOf(source)));
  else throw invalid('found no Office file, RTF or HTML in it');
}

/** Loaded when the first such file comes: most courses have few. */
async function packageMarkdown(source: RangeSource): Promise<AsyncIterable<string>> {
  const office = await openOffice(source);
  if (office.has('xl/workbook.xml')) return (await import('./xlsx.ts')).xlsxMarkdown(source);
  if (office.has('ppt/presentation.xml')) return (await import('./pptx.ts')).pptxMarkdown(source);
  if (office.has('content.xml')) return await openDocument(source, office);
  if (await isEpub(office)) return (await import('./epub.ts')).epubMarkdown(source);
  return (await import('./docx.ts')).docxMarkdown(source);
}

async function openDocument(source: RangeSource, office: OfficePackage): Promise<AsyncIterable<string>> {
  if (/encryption-data/.test(await start(office, 'META-INF/manifest.xml')))
    throw needsPassword('OpenDocument file');
  const isSheet = /spreadsheet/.test(await start(office, 'mimetype'));
  return isSheet
    ? (await import('./ods.ts')).odsMarkdown(source)
    : (await import('./odf.ts')).odfMarkdown(source);
}

async function isEpub(office: OfficePackage): Promise<boolean> {
  return office.has('META-INF/container.xml') || /epub/.test(await start(office, 'mimetype'));
}

/** The beginning of a part; a manifest of a thousand pictures has 200 KB. */
async function start(office: OfficePackage, part: string): Promise<string> {
  let text = '';
  if (!office.has(part)) return text;
  for await (const chunk of office.part(part)) {
    text += chunk;
    if (text.length > MAX_START_CHARS) break;
  }
  return text;
}

const MAX_START_CHARS = 1024 * 1024;

/** Encrypted documents of all newer Office programs are compound files ([MS-OFFCRYPTO] 2.3.4.1). */
async function compoundMarkdown(source: RangeSource): Promise<AsyncIterable<string>> {
  const file = await openCompoundFile(source);
  if (file.has('EncryptedPackage')) throw needsPassword('document');
  if (file.has('WordDocument')) return (await import('./doc/document.ts')).docMarkdown(source);
  if (file.has('PowerPoint Document')) return (await import('./ppt.ts')).pptText(source);
  if (file.has('Workbook') || file.has('Book'))
    throw invalid('an Excel workbook of 2003 or before; save it as .xlsx and upload it again');
  throw invalid('found no text of Word or PowerPoint in it');
}

const CHUNK_BYTES = 64 * 1024;

/** A source from its first byte to its last. */
async function* chunksOf(source: RangeSource): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < source.size; at += CHUNK_BYTES)
    yield await readRange(source, at, Math.min(at + CHUNK_BYTES, source.size));
}
