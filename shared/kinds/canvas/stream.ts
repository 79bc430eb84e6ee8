import { fenced } from '../../markdown/fence.ts';
import { CODE_LANGUAGES } from '../../text/code-languages.ts';
import { csvHead } from '../../text/csv-head.ts';
import { decodeText } from '../../text/decode.ts';
import { decodeMarkup } from '../../text/decode-markup.ts';
import { foreignText } from '../../text/foreign-text.ts';
import { csvMarkdown } from '../../text/rows-markdown.ts';
import { subtitleText } from '../../text/subtitles.ts';
import { xmlMarkdown } from '../../text/xml-markdown.ts';
import type { StreamFormat } from './formats.ts';
import type { Resolve } from './write/item-text.ts';

/** A file's bytes as Markdown, piece by piece. */
export function streamMarkdown(
  format: StreamFormat,
  bytes: AsyncIterable<Uint8Array>,
  { extension, resolve }: { extension: string; resolve: Resolve },
): AsyncIterable<string> {
  switch (format) {
    case 'text':
      return foreignText(decodeText(bytes));
    case 'subtitles':
      return foreignText(subtitleText(decodeText(bytes)));
    case 'code':
      return fenced(CODE_LANGUAGES[extension] ?? '', decodeText(bytes));
    case 'xml':
      return xmlMarkdown(decodeMarkup(bytes), resolve);
    case 'csv':
      return csvMarkdown(decodeText(bytes));
    case 'csvHead':
      return csvHead(decodeText(bytes));
    default:
      return format satisfies never;
  }
}
