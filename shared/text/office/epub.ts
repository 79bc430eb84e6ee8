import { posix } from 'node:path';
import { heading } from '../../markdown/block.ts';
import { MarkdownWriter } from '../../markdown/writer.ts';
import type { RangeSource } from '../../range-source.ts';
import { readXml } from '../../xml/read.ts';
import { addHtml } from '../html.ts';
import { type OfficePackage, openOffice } from './package.ts';

const CONTAINER = 'META-INF/container.xml';
const PAGE = /\.x?html?$/i;

/**
 * An electronic book (EPUB 3) as Markdown: its title, then its pages in the order of reading. Links within the book are written as their
 * text: the pages lie in one file. Streamed page by page.
 */
export async function* epubMarkdown(source: RangeSource): AsyncGenerator<string> {
  const office = await openOffice(source);
  const { title, pages } = await bookOf(office);
  const writer = new MarkdownWriter();
  if (title !== '') writer.add(heading(1, title));
  for (const page of pages) {
    for await (const _ of addHtml(writer, office.part(page), outwards)) yield writer.take();
    yield writer.take();
  }
  yield writer.end();
}

/** A link to another page of the book, or to a picture in it, leads nowhere from here. */
function outwards(link: string): string | undefined {
  return /^[a-z][a-z0-9+.-]*:/i.test(link) ? undefined : '';
}

interface Book {
  readonly title: string;
  /** Parts of the pages in the order of reading. */
  readonly pages: readonly string[];
}

async function bookOf(office: OfficePackage): Promise<Book> {
  const root = office.has(CONTAINER) ? await rootOf(office) : undefined;
  const book = root === undefined || !office.has(root) ? undefined : await readRoot(office, root);
  // a book without a table of its pages is read by their names
  if (book === undefined || book.pages.length === 0)
    return {
      title: book?.title ?? '',
      pages: office
        .names()
        .filter((name) => PAGE.test(name))
        .sort(),
    };
  return book;
}

async function rootOf(office: OfficePackage): Promise<string | undefined> {
  let root: string | undefined;
  await readXml(office.part(CONTAINER), {
    open({ name, attributes }) {
      if (name === 'rootfile') root ??= attributes.get('full-path');
    },
  });
  return root;
}

async function readRoot(office: OfficePackage, root: string): Promise<Book> {
  const items = new Map<string, string>();
  const spine: string[] = [];
  let title = '';
  await readXml(office.part(root), {
    open({ name, attributes }) {
      if (name === 'item') items.set(attributes.get('id') ?? '', attributes.get('href') ?? '');
      else if (name === 'itemref' && attributes.get('linear') !== 'no')
        spine.push(attributes.get('idref') ?? '');
    },
    close({ name }, text) {
      if (name === 'title' && title === '') title = text.trim();
    },
  });
  const parts = spine.map((id) => posix.join(posix.dirname(root), decoded(items.get(id) ?? '')));
  return { title, pages: parts.filter((part) => office.has(part)) };
}

function decoded(href: string): string {
  try {
    return decodeURIComponent(href);
  } catch (error) {
    if (error instanceof URIError) return href;
    throw error;
  }
}
