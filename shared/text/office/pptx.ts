import { heading, paragraph, quote } from '../../markdown/block.ts';
import { plainText } from '../../markdown/inline.ts';
import { addBlock } from '../../markdown/sink.ts';
import { MarkdownWriter } from '../../markdown/writer.ts';
import type { RangeSource } from '../../range-source.ts';
import { readXml } from '../../xml/read.ts';
import { drawingBlocks } from './drawings.ts';
import { type OfficePackage, openOffice, type Relationship } from './package.ts';
import { SlideBody } from './pptx-slide.ts';

/**
 * A PowerPoint file (ISO 29500, PresentationML) as Markdown: a heading per slide, its text, lists, tables, charts, links and the speaker's
 * notes; slides that are hidden from the show are only counted. A slide is held at a time. Throws TEXT_INVALID where it is no such document.
 */
export async function* pptxMarkdown(source: RangeSource): AsyncGenerator<string> {
  const office = await openOffice(source);
  const root = await office.relationships('');
  const main = [...root.values()].find(({ type }) => type === 'officeDocument')?.target;
  const writer = new MarkdownWriter();
  let number = 0;
  let hidden = 0;
  for (const slide of await slidesOf(office, main ?? 'ppt/presentation.xml')) {
    number += 1;
    if (!(await writeSlide(office, slide, number, writer))) hidden += 1;
    yield writer.take();
  }
  if (hidden > 0)
    writer.add(paragraph(`${hidden} hidden ${hidden === 1 ? 'slide is' : 'slides are'} left out.`));
  yield writer.end();
}

/** In the order of the presentation, which is not that of the file names. */
async function slidesOf(office: OfficePackage, main: string): Promise<string[]> {
  const links = await office.relationships(main);
  const slides: string[] = [];
  await readXml(office.part(main), {
    open({ name, attributes }) {
      if (name !== 'sldId') return;
      const target = links.get(attributes.get('r:id') ?? attributes.get('id') ?? '')?.target;
      if (target !== undefined && office.has(target)) slides.push(target);
    },
  });
  return slides;
}

/** False where it is hidden. */
async function writeSlide(
  office: OfficePackage,
  slide: string,
  number: number,
  writer: MarkdownWriter,
): Promise<boolean> {
  const links = await office.relationships(slide);
  const body = await bodyOf(office, slide, links);
  if (body.isHidden) return false;
  writer.add(heading(2, plainText(body.title) === '' ? `Slide ${number}` : body.title));
  for (const block of body.blocks()) addBlock(writer, block);
  for (const drawing of body.drawings)
    for (const block of await drawingBlocks(office, drawing)) addBlock(writer, block);
  const notes = [...links.values()].find(({ type }) => type === 'notesSlide')?.target;
  if (notes === undefined || !office.has(notes)) return true;
  const said = (await bodyOf(office, notes, new Map())).notes;
  addBlock(writer, quote(said.map(paragraph)));
  return true;
}

async function bodyOf(
  office: OfficePackage,
  part: string,
  links: ReadonlyMap<string, Relationship>,
): Promise<SlideBody> {
  const body = new SlideBody(links);
  await readXml(office.part(part), body);
  return body;
}
