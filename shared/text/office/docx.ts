import type { RangeSource } from '../../range-source.ts';
import { BlockWriter } from '../blocks.ts';
import { DocxBody } from './docx-body.ts';
import { numberingOf, paragraphStyles } from './docx-styles.ts';
import { openOffice } from './package.ts';
import { streamed } from './streamed.ts';

/**
 * A Word document (ISO 29500, WordprocessingML) as Markdown: headings, lists, tables, emphasis, links, footnotes. Streamed: a paragraph or
 * a table row is held at a time. Throws TEXT_INVALID where it is no such document.
 */
export async function* docxMarkdown(source: RangeSource): AsyncGenerator<string> {
  const office = await openOffice(source);
  const root = await office.relationships('');
  const main =
    [...root.values()].find(({ type }) => type === 'officeDocument')?.target ?? 'word/document.xml';
  const context = {
    styles: await paragraphStyles(office),
    numbering: await numberingOf(office),
    links: await office.relationships(main),
  };
  const blocks = new BlockWriter();
  yield* streamed(office.part(main), new DocxBody(blocks, context), blocks);
  for (const { target, type } of context.links.values()) {
    if (!NOTES.has(type) || !office.has(target)) continue;
    const links = await office.relationships(target);
    yield* streamed(office.part(target), new DocxBody(blocks, { ...context, links }), blocks);
  }
  blocks.end();
  yield* blocks.take();
}

const NOTES = new Set(['footnotes', 'endnotes']);
