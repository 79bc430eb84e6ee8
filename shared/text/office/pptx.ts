import type { RangeSource } from '../../range-source.ts';
import type { XmlVisitor } from '../../xml/read.ts';
import { readXml } from '../../xml/read.ts';
import { BlockWriter } from '../blocks.ts';
import { type OfficePackage, openOffice, type Relationship } from './package.ts';
import { SlideBody } from './pptx-slide.ts';

/**
 * A PowerPoint file (ISO 29500, PresentationML) as Markdown: a heading per slide, its text, lists, tables, links and the speaker's notes.
 * A slide is held at a time. Throws TEXT_INVALID where it is no such document.
 */
export async function* pptxMarkdown(source: RangeSource): AsyncGenerator<string> {
  const office = await openOffice(source);
  const root = await office.relationships('');
  const main = [...root.values()].find(({ type }) => type === 'officeDocument')?.target;
  const blocks = new BlockWriter();
  let number = 0;
  for (const slide of await slidesOf(office, main ?? 'ppt/presentation.xml')) {
    number += 1;
    yield* slideMarkdown(office, slide, number, blocks);
  }
  blocks.end();
  yield* blocks.take();
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

async function* slideMarkdown(
  office: OfficePackage,
  slide: string,
  number: number,
  blocks: BlockWriter,
): AsyncGenerator<string> {
  const links = await office.relationships(slide);
  const { title, write } = await bodyOf(office, slide, links);
  blocks.heading(2, title === '' ? `Slide ${number}` : title);
  write(blocks);
  const notes = [...links.values()].find(({ type }) => type === 'notesSlide')?.target;
  if (notes !== undefined && office.has(notes)) {
    const text = (await bodyOf(office, notes, new Map())).notes;
    if (text !== '') blocks.raw(`> ${text.replaceAll('\n', '\n> ')}`);
  }
  yield* blocks.take();
}

async function bodyOf(
  office: OfficePackage,
  part: string,
  links: ReadonlyMap<string, Relationship>,
): Promise<SlideBody> {
  const body = new SlideBody(links);
  await readXml(office.part(part), body satisfies XmlVisitor);
  return body;
}
