import { paragraph } from '../markdown/block.ts';
import { addBlock } from '../markdown/sink.ts';
import { MarkdownWriter } from '../markdown/writer.ts';
import { type XmlElement, xmlReader } from '../xml/read.ts';
import { htmlBlocks, type ResolveLink } from './html.ts';

/** Bookkeeping of quizzes (QTI 1.2): profiles, limits, which answer scores what, and what is said to it. */
const SKIPPED = new Set(['qtimetadata', 'resprocessing', 'itemfeedback']);
/** An element's text that is HTML and longer than this is read as plain text. */
const MAX_HTML_CHARS = 8 * 1024 * 1024;

/**
 * The text of an XML document, a block for each run of text; tags, attributes, comments and the scoring of quizzes are dropped. Text whose
 * element says that it is HTML (`texttype="text/html"`, as quizzes and discussions do) is converted.
 */
export async function* xmlMarkdown(
  chunks: AsyncIterable<string>,
  resolveLink?: ResolveLink,
): AsyncGenerator<string> {
  const writer = new MarkdownWriter();
  let current: XmlElement | undefined;
  let skipped: XmlElement | undefined;
  const reader = xmlReader({
    open(element) {
      current = element;
      if (SKIPPED.has(element.name)) skipped ??= element;
    },
    text(text) {
      const isRead = skipped === undefined && (current === undefined || !isHtml(current));
      if (isRead) writer.add(paragraph(asLines(text)));
    },
    close(element, text) {
      if (isHtml(element) && skipped === undefined) addHtml(writer, text, resolveLink);
      current = element.parent;
      if (skipped === element) skipped = undefined;
    },
  });
  for await (const chunk of chunks) {
    reader.write(chunk);
    yield writer.take();
  }
  reader.end();
  yield writer.end();
}

function addHtml(writer: MarkdownWriter, html: string, resolveLink: ResolveLink | undefined): void {
  if (html.length > MAX_HTML_CHARS) writer.add(paragraph(asLines(html)));
  else for (const block of htmlBlocks(html, resolveLink)) addBlock(writer, block);
}

/** The lines of a source file are no lines of its text. */
function asLines(text: string): string {
  return text.replace(/\s+/g, ' ');
}

function isHtml({ attributes }: XmlElement): boolean {
  return attributes.get('texttype') === 'text/html';
}
