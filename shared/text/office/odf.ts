import { MarkdownWriter } from '../../markdown/writer.ts';
import type { RangeSource } from '../../range-source.ts';
import { OdfBody } from './odf-body.ts';
import { openOffice } from './package.ts';
import { streamed } from './streamed.ts';

/**
 * An OpenDocument text or presentation (ISO 26300) as Markdown: headings, lists, tables, emphasis, links, notes; a heading per slide.
 * Streamed. Throws TEXT_INVALID where it is no such document.
 */
export async function* odfMarkdown(source: RangeSource): AsyncGenerator<string> {
  const office = await openOffice(source);
  const writer = new MarkdownWriter();
  const body = new OdfBody(writer);
  yield* streamed(office.part('content.xml'), body, writer);
  body.end();
  yield writer.end();
}
