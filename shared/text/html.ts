import { type DomDocument, type DomElement, depthOf, parseHtml, tooLarge } from './dom.ts';
import { markdownService } from './html-rules.ts';
import { isHarmfulLink } from './link-target.ts';

/** Turndown recurses per level; 500 levels are far over any page made by people and far under the stack. */
const MAX_DEPTH = 500;

export interface HtmlPage {
  readonly markdown: string;
  readonly title: string;
  /** `<meta name=… content=…>`, names in lower case. */
  readonly meta: ReadonlyMap<string, string>;
}

/** Says where a link leads once the page has left its place; undefined keeps it as it is. */
export type ResolveLink = (link: string) => string | undefined;

/**
 * A page as Markdown: headings, lists, tables, links and images kept, scripts and styles dropped. The title becomes the first
 * heading where the page does not repeat it. Throws ITEM_TOO_LARGE where elements nest over 500 levels or are
 * over 100,000.
 */
export function htmlToMarkdown(html: string, resolveLink: ResolveLink = () => undefined): HtmlPage {
  const document = parseHtml(html);
  const depth = depthOf(document);
  if (depth > MAX_DEPTH) throw tooLarge(`nested ${depth} levels deep, at most ${MAX_DEPTH} are read`);
  const title = document.title.trim();
  resolveLinks(document, resolveLink);
  const body = markdownService().turndown(uncopied(document.body) as never);
  return { markdown: withTitle(title, body), title, meta: metaOf(document) };
}

/** Turndown works on a copy of the tree, which would double the memory; this tree is ours to change. */
function uncopied(element: DomElement): DomElement {
  return Object.defineProperty(element, 'cloneNode', { value: () => element });
}

const LINK_ATTRIBUTES = [
  ['a[href]', 'href'],
  ['img[src]', 'src'],
  ['iframe[src]', 'src'],
  ['video[src], audio[src], source[src]', 'src'],
] as const;

/** Of a picture that is written into the page, only its type goes into the Markdown: no reader wants a megabyte of base64. */
const DATA_URI = /^data:[\w.+/-]{0,60}/;

function resolveLinks(document: DomDocument, resolveLink: ResolveLink): void {
  for (const [selector, attribute] of LINK_ATTRIBUTES)
    for (const element of Array.from(document.querySelectorAll(selector))) {
      const resolved = toResolved(element.getAttribute(attribute) ?? '', resolveLink);
      if (resolved !== undefined) element.setAttribute(attribute, resolved);
    }
}

function toResolved(link: string, resolveLink: ResolveLink): string | undefined {
  const dataType = DATA_URI.exec(link)?.[0];
  if (dataType !== undefined) return dataType;
  return isHarmfulLink(link) ? '' : resolveLink(link);
}

function metaOf(document: DomDocument): Map<string, string> {
  const entries = Array.from(document.querySelectorAll('meta[name]')).map(
    (meta) => [(meta.getAttribute('name') ?? '').toLowerCase(), meta.getAttribute('content') ?? ''] as const,
  );
  return new Map(entries);
}

function withTitle(title: string, body: string): string {
  const heading = `# ${title.replace(/\s+/g, ' ')}`;
  if (title === '' || body === heading || body.startsWith(`${heading}\n`)) return `${body}\n`;
  return body === '' ? `${heading}\n` : `${heading}\n\n${body}\n`;
}

/** Where a page declares its encoding (HTML standard, 13.2.3.2: within the first 1,024 bytes). */
const PRESCAN_BYTES = 1024;
const CHARSET = /<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]{1,40})/i;

/** The encoding that a page declares, if it does. */
export function htmlCharset(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, PRESCAN_BYTES));
  return CHARSET.exec(head.toString('latin1'))?.[1];
}
