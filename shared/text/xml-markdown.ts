import { type XmlElement, xmlReader } from '../xml/read.ts';
import { htmlToMarkdown, type ResolveLink } from './html.ts';

/** Bookkeeping of quizzes (QTI 1.2): profiles, limits, which answer scores what. */
const SKIPPED = new Set(['qtimetadata', 'resprocessing']);
/** An element's text that is HTML and longer than this is written as it stands. */
const MAX_HTML_CHARS = 1024 * 1024;

/**
 * The text of an XML document, a block for each run of text; tags, attributes, comments and the scoring of quizzes are dropped. Text whose element says that it
 * is HTML (`texttype="text/html"`, as quizzes and discussions do) is converted.
 */
export async function* xmlMarkdown(
  chunks: AsyncIterable<string>,
  resolveLink?: ResolveLink,
): AsyncGenerator<string> {
  let blocks: string[] = [];
  let current: XmlElement | undefined;
  let skipped: XmlElement | undefined;
  const add = (text: string): void => {
    if (skipped === undefined && text.trim() !== '') blocks.push(`${text.trim()}\n\n`);
  };
  const reader = xmlReader({
    open(element) {
      current = element;
      if (SKIPPED.has(element.name)) skipped ??= element;
    },
    text(text) {
      if (current === undefined || !isHtml(current)) add(text);
    },
    close(element, text) {
      if (isHtml(element))
        add(text.length > MAX_HTML_CHARS ? text : htmlToMarkdown(text, resolveLink).markdown);
      current = element.parent;
      if (skipped === element) skipped = undefined;
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
