import { csvHead } from '../../text/csv-head.ts';
import { decodeText } from '../../text/decode.ts';
import { decodeMarkup } from '../../text/decode-markup.ts';
import { fenced } from '../../text/fence.ts';
import { rtfMarkdown } from '../../text/office/rtf.ts';
import { subtitleText } from '../../text/subtitles.ts';
import { xmlMarkdown } from '../../text/xml-markdown.ts';
import type { StreamFormat } from './formats.ts';
import type { Resolve } from './write/item-text.ts';

/** A file's bytes as Markdown, piece by piece. */
export function streamMarkdown(
  format: StreamFormat,
  bytes: AsyncIterable<Uint8Array>,
  resolve: Resolve,
): AsyncIterable<string> {
  switch (format) {
    case 'plain':
      return decodeText(bytes);
    case 'subtitles':
      return subtitleText(decodeText(bytes));
    case 'json':
      return fenced('json', decodeText(bytes));
    case 'xml':
      return xmlMarkdown(decodeMarkup(bytes), resolve);
    case 'rtf':
      return rtfMarkdown(bytes);
    case 'csv':
      return csvHead(decodeText(bytes));
    default:
      return format satisfies never;
  }
}
