import { SmallbatchError } from '../../errors.ts';
import type { Detail, Item, Outcome, Output, ProcessContext } from '../../kind.ts';
import { decodeText, decodeWhole } from '../../text/decode.ts';
import { encodeText } from '../../text/encode.ts';
import { fenced } from '../../text/fence.ts';
import { htmlCharset, htmlToMarkdown } from '../../text/html.ts';
import { subtitleText } from '../../text/subtitles.ts';
import { xmlText } from '../../xml/text.ts';
import type { ZipMember } from '../../zip/archive.ts';
import { readMember, readMemberWhole } from '../../zip/member.ts';
import { extensionOf, type Format, formatOf, outputPath } from './formats.ts';
import { resolveCanvasLink } from './links.ts';
import { processPages, processPdf } from './pdf.ts';
import type { CanvasData, CanvasOptions } from './schema.ts';
import { asReported } from './zip-failure.ts';

/** HTML is the one format that is held whole; its tree takes about 15 times the file. */
const MAX_HTML_BYTES = 8 * 1024 * 1024;
const MARKDOWN = 'text/markdown; charset=utf-8';

type Context = ProcessContext<CanvasOptions>;

/** Converts one file of the course, or some pages of a long PDF. */
export async function processItem(item: Item<CanvasData>, context: Context): Promise<Outcome<CanvasData>> {
  try {
    return await dispatch(item, context);
  } catch (error) {
    throw asReported(error);
  }
}

async function dispatch(item: Item<CanvasData>, context: Context): Promise<Outcome<CanvasData>> {
  const { data } = item;
  switch (data.type) {
    case 'member':
      return await processMember(data.member, context);
    case 'pages':
      return await processPages(data, context);
    case 'absent':
      return { type: 'done', outputs: [], ...(item.failure === undefined ? {} : { failure: item.failure }) };
    default:
      return data satisfies never;
  }
}

async function processMember(member: ZipMember, context: Context): Promise<Outcome<CanvasData>> {
  const format = formatOf(member.name);
  if (format === undefined) return unsupported(member);
  if (format === 'pdf') return await processPdf(member, context);
  context.stage(format);
  if (format === 'html') return await processHtml(member, context);
  return converted(member, await putStream(member, format, context));
}

async function processHtml(member: ZipMember, context: Context): Promise<Outcome<CanvasData>> {
  if (member.bytes > MAX_HTML_BYTES)
    throw new SmallbatchError(
      'ITEM_TOO_LARGE',
      `${member.name}: ${member.bytes} bytes of HTML, at most ${MAX_HTML_BYTES} are read`,
    );
  const bytes = await readMemberWhole(context.source, member, MAX_HTML_BYTES);
  const page = htmlToMarkdown(decodeWhole(bytes, htmlCharset(bytes)), resolveCanvasLink);
  const output = await context.put(outputPath(member.name), page.markdown, MARKDOWN);
  return converted(member, output, page.title === '' ? {} : { title: page.title });
}

async function putStream(
  member: ZipMember,
  format: Exclude<Format, 'html' | 'pdf'>,
  context: Context,
): Promise<Output> {
  const text = streamOf(format, decodeText(readMember(context.source, member)));
  return await context.put(outputPath(member.name), encodeText(text), MARKDOWN);
}

function streamOf(
  format: Exclude<Format, 'html' | 'pdf'>,
  text: AsyncIterable<string>,
): AsyncIterable<string> {
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

function converted(member: ZipMember, output: Output, more: Detail = {}): Outcome<CanvasData> {
  const detail = { status: 'converted', extension: extensionOf(member.name), ...more };
  return { type: 'done', outputs: [output], detail };
}

function unsupported(member: ZipMember): Outcome<CanvasData> {
  const extension = extensionOf(member.name);
  const reason = extension === '' ? 'no extension' : `no conversion for .${extension}`;
  return { type: 'done', outputs: [], detail: { status: 'unsupported', extension, reason } };
}
