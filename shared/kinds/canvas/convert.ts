import { SmallbatchError } from '../../errors.ts';
import type { Outcome, ProcessContext } from '../../kind.ts';
import { fileSource } from '../../range-source.ts';
import { decodeWhole } from '../../text/decode.ts';
import { decodeMarkup } from '../../text/decode-markup.ts';
import { encodeText } from '../../text/encode.ts';
import { htmlMarkdown, type PageHead } from '../../text/html.ts';
import { notebookMarkdown } from '../../text/notebook.ts';
import { officeMarkdown } from '../../text/office/any.ts';
import { sjsonText } from '../../text/sjson.ts';
import type { ZipMember } from '../../zip/archive.ts';
import { readMember } from '../../zip/member.ts';
import { extensionOf, type Format } from './formats.ts';
import { memberFile } from './member-file.ts';
import type { CanvasOptions } from './options.ts';
import { converted, documentTitle, MARKDOWN } from './outcome.ts';
import { processPdf } from './pdf.ts';
import type { CanvasData, MemberData } from './schema.ts';
import { streamMarkdown } from './stream.ts';
import { resolverOf } from './write/item-text.ts';
import { wholeBytes } from './write/whole.ts';

/** Of a notebook, whose pictures lie in its JSON. */
const MAX_NOTEBOOK_BYTES = 32 * 1024 * 1024;

type Context = ProcessContext<CanvasOptions>;
type Text = AsyncIterable<string> | Iterable<string>;

/** Converts one file to Markdown in a format that is known. Throws SmallbatchError or ZipError where the file is bad. */
export async function convert(
  file: MemberData,
  format: Format,
  context: Context,
): Promise<Outcome<CanvasData>> {
  if (format === 'pdf') return await processPdf(file, context);
  context.stage(format);
  switch (format) {
    case 'html':
      return await convertHtml(file, context);
    case 'sjson':
      return await put(file, [sjsonText(decodeWhole(await wholeBytes(file.member, context)))], context);
    case 'notebook': {
      const json = decodeWhole(await wholeBytes(file.member, context, MAX_NOTEBOOK_BYTES));
      return await put(file, notebookMarkdown(json), context);
    }
    case 'office':
      return await convertOffice(file, context);
    default:
      return await put(
        file,
        streamMarkdown(format, readMember(context.source, file.member), {
          extension: extensionOf(file.member.name),
          resolve: resolverOf(file.links),
        }),
        context,
      );
  }
}

async function convertHtml(file: MemberData, context: Context): Promise<Outcome<CanvasData>> {
  const head: Partial<PageHead> = {};
  const html = decodeMarkup(readMember(context.source, file.member));
  return await put(file, htmlMarkdown(html, resolverOf(file.links), head), context, () => head.title);
}

/** Office files are zips or compound files of their own: they are read by range from the scratch folder. */
async function convertOffice(file: MemberData, context: Context): Promise<Outcome<CanvasData>> {
  const source = await fileSource((await memberFile(file.member, context)).path);
  try {
    return await put(file, officeMarkdown(source), context);
  } catch (error) {
    throw isOutOfRange(error) ? cutOff(file.member, error) : error;
  } finally {
    await source.close();
  }
}

/** A number in a binary format that points outside of the file. */
function isOutOfRange(error: unknown): boolean {
  const code = error instanceof RangeError && 'code' in error ? error.code : undefined;
  return code === 'ERR_OUT_OF_RANGE' || code === 'ERR_BUFFER_OUT_OF_BOUNDS';
}

function cutOff(member: ZipMember, cause: unknown): SmallbatchError {
  return new SmallbatchError('TEXT_INVALID', `${member.name}: cut off, or its offsets lie`, { cause });
}

async function put(
  { listing }: MemberData,
  text: Text,
  context: Context,
  titleOf: () => string | undefined = () => undefined,
): Promise<Outcome<CanvasData>> {
  const output = await context.put(listing.output, encodeText(text), MARKDOWN);
  return converted(output, documentTitle(titleOf()));
}
