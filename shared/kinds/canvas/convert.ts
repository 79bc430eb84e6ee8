import { SmallbatchError } from '../../errors.ts';
import type { Outcome, ProcessContext } from '../../kind.ts';
import { decodeText, decodeWhole } from '../../text/decode.ts';
import { encodeText } from '../../text/encode.ts';
import { fenced } from '../../text/fence.ts';
import { htmlCharset, htmlToMarkdown } from '../../text/html.ts';
import { subtitleText } from '../../text/subtitles.ts';
import { xmlText } from '../../xml/text.ts';
import { readMember, readMemberWhole } from '../../zip/member.ts';
import { type Format, outputPath } from './formats.ts';
import { resolveCanvasLink } from './links.ts';
import { converted, documentTitle, factsOf, MARKDOWN } from './outcome.ts';
import { processPdf } from './pdf.ts';
import type { CanvasData, CanvasOptions, MemberData } from './schema.ts';

/** HTML is the one format that is held whole; its tree takes about 15 times the file. */
const MAX_HTML_BYTES = 8 * 1024 * 1024;

type Context = ProcessContext<CanvasOptions>;
type TextFormat = Exclude<Format, 'html' | 'pdf'>;

/** Converts one file to Markdown in a format that is known. Throws SmallbatchError or ZipError where the file is bad. */
export async function convert(
  file: MemberData,
  format: Format,
  context: Context,
): Promise<Outcome<CanvasData>> {
  if (format === 'pdf') return await processPdf(file, context);
  context.stage(format);
  if (format === 'html') return await convertHtml(file, context);
  return await convertStream(file, format, context);
}

async function convertHtml({ member, listing }: MemberData, context: Context): Promise<Outcome<CanvasData>> {
  if (member.bytes > MAX_HTML_BYTES)
    throw new SmallbatchError(
      'ITEM_TOO_LARGE',
      `${member.name}: ${member.bytes} bytes of HTML, at most ${MAX_HTML_BYTES} are read`,
    );
  const bytes = await readMemberWhole(context.source, member, MAX_HTML_BYTES);
  const page = htmlToMarkdown(decodeWhole(bytes, htmlCharset(bytes)), resolveCanvasLink);
  const path = outputPath(member.name, listing, context.options);
  const output = await context.put(path, page.markdown, MARKDOWN);
  return converted(factsOf(member.name, listing, member), output, documentTitle(page.title));
}

async function convertStream(
  { member, listing }: MemberData,
  format: TextFormat,
  context: Context,
): Promise<Outcome<CanvasData>> {
  const text = streamOf(format, decodeText(readMember(context.source, member)));
  const path = outputPath(member.name, listing, context.options);
  const output = await context.put(path, encodeText(text), MARKDOWN);
  return converted(factsOf(member.name, listing, member), output);
}

function streamOf(format: TextFormat, text: AsyncIterable<string>): AsyncIterable<string> {
  switch (format) {
    case 'plain':
      return text;
    case 'subtitles':
      return subtitleText(text);
    case 'json':
      return fenced('json', text);
    case 'xml':
      return xmlText(text);
    default:
      return format satisfies never;
  }
}
