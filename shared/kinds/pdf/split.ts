import { createHash } from 'node:crypto';
import { SmallbatchError } from '../../errors.ts';
import type { Item, SourceObject, SplitContext, SplitEntry } from '../../kind.ts';
import { openZip, type ZipEntry, type ZipMember } from '../../zip/archive.ts';
import { asReported, memberFailure, rejectedId } from '../zip-entries.ts';
import { MAX_DOCUMENT_BYTES, sourceBytes } from './origin.ts';
import type { PdfData, PdfKindOptions } from './schema.ts';

/**
 * The one document that the source is, or every member of the archive that it is.
 * @throws SmallbatchError ZIP_INVALID where the archive as a whole is refused, PDF_INVALID where it has no PDF
 */
export async function* split({ source }: SplitContext<PdfKindOptions>): AsyncGenerator<SplitEntry<PdfData>> {
  try {
    if (await isArchive(source)) for await (const item of memberItems(source)) yield { item };
    else yield { item: await sourceItem(source) };
  } catch (error) {
    throw asReported(error);
  }
}

/** By its first bytes: an archive may hold a PDF as it is, so a PDF's mark near its start tells nothing. */
async function isArchive(source: SourceObject): Promise<boolean> {
  if (/\.zip$/i.test(source.key)) return true;
  if (source.size < 4) return false;
  const mark = Buffer.from(await source.read(0, 4)).toString('latin1');
  // a local file header, or the end record of an archive without members
  return mark === 'PK\x03\x04' || mark === 'PK\x05\x06';
}

async function sourceItem(source: SourceObject): Promise<Item<PdfData>> {
  const name = source.key.slice(source.key.lastIndexOf('/') + 1);
  const path = name.replace(/(.)\.pdf$/i, '$1');
  const bytes = source.size;
  // what is over the limit is told so when it runs
  const sha256 = bytes > MAX_DOCUMENT_BYTES ? undefined : await digestOf(source);
  const identity = sha256 ?? `${bytes} bytes`;
  return { id: name, identity, bytes, data: { type: 'document', origin: { name, path, bytes, sha256 } } };
}

async function digestOf(source: SourceObject): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of sourceBytes(source)) hash.update(chunk);
  return hash.digest('hex');
}

async function* memberItems(source: SourceObject): AsyncGenerator<Item<PdfData>> {
  const archive = await openZip(source);
  let order = 0;
  let documents = 0;
  for await (const entry of archive.entries()) {
    const item = entryItem(entry, order++);
    if (item.data.type === 'document') documents += 1;
    yield item;
  }
  if (documents === 0)
    throw new SmallbatchError(
      'PDF_INVALID',
      `expected an archive with a .pdf member, found ${order} members, none of them a readable .pdf`,
    );
}

function entryItem(entry: ZipEntry, order: number): Item<PdfData> {
  if (entry.type === 'member') return memberItem(entry.member);
  const { name, error } = entry;
  const id = rejectedId(name, order);
  return {
    id,
    identity: error.code,
    bytes: 0,
    data: { type: 'other', name: id },
    failure: memberFailure(error),
  };
}

function memberItem(member: ZipMember): Item<PdfData> {
  const { name, bytes, compressedBytes, crc32 } = member;
  const identity = `${bytes}-${crc32.toString(16).padStart(8, '0')}`;
  if (!/\.pdf$/i.test(name)) return { id: name, identity, bytes: 0, data: { type: 'other', name } };
  const origin = { name, path: name, bytes, member };
  return { id: name, identity, bytes: compressedBytes, data: { type: 'document', origin } };
}
