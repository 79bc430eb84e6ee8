import { type XmlElement, xmlReader } from '../xml/read.ts';
import { htmlToMarkdown, type ResolveLink } from './html.ts';

/** An element's text that is HTML and longer than this is written as it stands. */
const MAX_HTML_CHARS = 1024 * 1024;

/**
 * The text of an XML document, a block for each run of text; tags, attributes and comments are dropped. Text whose element says that it
 * is HTML (`texttype="text/html"`, as quizzes and discussions do) is converted.
 */
export async function* xmlMarkdown(
  chunks: AsyncIterable<string>,
  resolveLink?: ResolveLink,
): AsyncGenerator<string> {
  let blocks: string[] = [];
  let current: XmlElement | undefined;
  const add = (text: string): void => {
    if (text.trim() !== '') blocks.push(`${text.trim()}\n\n`);
  };
  const reader = xmlReader({
    open(element) {
      current = element;
    },
    text(text) {
      if (current === undefined || !isHtml(current)) add(text);
    },
    close(element, text) {
      if (isHtml(element))
        add(text.length > MAX_HTML_CHARS ? text : htmlToMarkdown(text, resolveLink).markdown);
      current = element.parent;
    },
  });
  for await (const chunk of chunks) {
    reader.write(chunk);
    yield* blocks;
    blocks = [];
  }
  reader.end();
  yield* blocks;
}

function isHtml({ attributes }: XmlElement): boolean {
  return attributes.get('texttype') === 'text/html';
}
