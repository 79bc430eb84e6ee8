import { SmallbatchError } from '../../errors.ts';
import type { Item, Outcome, ProcessContext } from '../../kind.ts';
import { closeOcr } from '../../pdf/ocr/ocr.ts';
import { readMember } from '../../zip/member.ts';
import { asReported } from '../zip-entries.ts';
import { contentTypeOf } from './content-type.ts';
import { convert } from './convert.ts';
import { copyPath, formatOf } from './formats.ts';
import type { CanvasOptions } from './options.ts';
import { excluded, listed, unsupported } from './outcome.ts';
import { processPages } from './pdf.ts';
import type { AbsentData, CanvasData, MemberData } from './schema.ts';
import { writeItem, writeLink } from './write/write-item.ts';

type Context = ProcessContext<CanvasOptions>;

/** Converts one file or item of the course, or some pages of a long PDF. */
export async function processItem(item: Item<CanvasData>, context: Context): Promise<Outcome<CanvasData>> {
  const { data } = item;
  // OCR stays open from one scanned page to the next; any other item may need the memory that it holds
  if (data.type !== 'pages' || !data.hasScans) await closeOcr();
  switch (data.type) {
    case 'member':
      return await processMember(data, context);
    case 'pages':
      return await processPages(data, context);
    case 'absent':
      return reportAbsent(data, context.options);
    case 'link':
      return await writeLink(data, context);
    case 'module':
    case 'course':
      return listed();
    default:
      return data satisfies never;
  }
}

async function processMember(file: MemberData, context: Context): Promise<Outcome<CanvasData>> {
  const { member, listing, content } = file;
  if (listing.excluded) return excluded();
  try {
    return await (content === undefined ? convertFile(file, context) : writeItem(file, content, context));
  } catch (error) {
    throw named(asReported(error), member.name);
  }
}

async function convertFile(file: MemberData, context: Context): Promise<Outcome<CanvasData>> {
  const format = formatOf(file.member.name, file.listing.kind, context.options);
  if (format !== undefined) return await convert(file, format, context);
  const isCopied = context.options.files === 'copy' && file.listing.published;
  return isCopied ? await copyFile(file, context) : unsupported();
}

/** A file without a conversion, as it is. */
async function copyFile({ member, listing }: MemberData, context: Context): Promise<Outcome<CanvasData>> {
  context.stage('copy');
  const body = readMember(context.source, member);
  return unsupported([await context.put(copyPath(listing), body, contentTypeOf(member.name))]);
}

/** An error of the file's own says which file. */
function named(error: unknown, name: string): unknown {
  if (!(error instanceof SmallbatchError) || error.message.includes(name)) return error;
  return new SmallbatchError(error.code, `${name}: ${error.message}`, { cause: error });
}

function reportAbsent({ path, listing }: AbsentData, options: CanvasOptions): Outcome<CanvasData> {
  const isUnsupported = !listing.excluded && formatOf(path, listing.kind, options) === undefined;
  return isUnsupported ? unsupported() : excluded();
}
