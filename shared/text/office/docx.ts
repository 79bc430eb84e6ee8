import { MarkdownWriter } from '../../markdown/writer.ts';
import type { RangeSource } from '../../range-source.ts';
import { DocxBody } from './docx-body.ts';
import { numberingOf, paragraphStyles } from './docx-styles.ts';
import { openOffice } from './package.ts';
import { streamed } from './streamed.ts';

/**
 * A Word document (ISO 29500, WordprocessingML) as Markdown: headings, lists, tables, emphasis, links, formulas, footnotes. Streamed: a
 * paragraph, or a table up to 5,000 cells, is held at a time. Throws TEXT_INVALID where it is no such document.
 */
export async function* docxMarkdown(source: RangeSource): AsyncGenerator<string> {
  const office = await openOffice(source);
  const root = await office.relationships('');
  const main =
    [...root.values()].find(({ type }) => type === 'officeDocument')?.target ?? 'word/document.xml';
  const links = await office.relationships(main);
  const styles = await paragraphStyles(office);
  const numbering = await numberingOf(office);
  const writer = new MarkdownWriter();
  const notes = [...links.values()].filter(({ target, type }) => NOTES.has(type) && office.has(target));
  for (const part of [main, ...notes.map(({ target }) => target)]) {
    const own = part === main ? links : await office.relationships(part);
    const body = new DocxBody(writer, { styles, numbering, links: own });
    yield* streamed(office.part(part), body, writer);
    body.end();
  }
  yield writer.end();
}

const NOTES = new Set(['footnotes', 'endnotes']);
