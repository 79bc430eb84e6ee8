import TurndownService from 'turndown';
import type { DomElement } from './dom.ts';
import { tableRules } from './html-table.ts';
import { toLink } from './link-target.ts';

/** Turndown with our rules: GitHub tables, links for embedded players, lists indented as far as their marker is wide. */
export function markdownService(): TurndownService {
  const turndown = new TurndownService({
    headingStyle: 'atx',
    codeBlockStyle: 'fenced',
    hr: '---',
    emDelimiter: '*',
  });
  turndown.remove(['script', 'style', 'template', 'noscript']);
  turndown.use(tableRules);
  turndown.addRule('strikethrough', {
    filter: ['del', 's'],
    replacement: (content) => `~~${content}~~`,
  });
  turndown.addRule('media', {
    filter: ['iframe', 'video', 'audio'],
    replacement: (content, node) => mediaLink(content, node),
  });
  turndown.addRule('preformatted', {
    filter: 'pre',
    replacement: (_, node) => codeBlock(node),
  });
  turndown.addRule('listItem', {
    filter: 'li',
    replacement: (content, node) => listItem(content, node),
  });
  return turndown;
}

/** Embedded players become links: what they show is not text, but where it lies is. */
function mediaLink(content: string, element: DomElement): string {
  const link = element.getAttribute('src') ?? element.querySelectorAll('source[src]')[0]?.getAttribute('src');
  if (link === null || link === undefined || link === '') return content;
  const title = element.getAttribute('title')?.replace(/[[\]]/g, '\\$&');
  const label = title || content.trim() || element.nodeName.toLowerCase();
  return `\n\n${toLink(label.replace(/\s+/g, ' '), link)}\n\n`;
}

/** With or without a `<code>` in it; the fence is longer than any in the text. */
function codeBlock(element: DomElement): string {
  const text = element.textContent.replace(/^\n|\n$/g, '');
  const longest = Math.max(2, ...Array.from(text.matchAll(/^`{3,}/gm), ([fence]) => fence.length));
  const fence = '`'.repeat(longest + 1);
  const language = /(?:^|\s)lang(?:uage)?-(\w+)/.exec(classOf(element))?.[1] ?? '';
  return `\n\n${fence}${language}\n${text}\n${fence}\n\n`;
}

function classOf(element: DomElement): string {
  const code = element.querySelectorAll('code')[0];
  return `${element.getAttribute('class') ?? ''} ${code?.getAttribute('class') ?? ''}`;
}

function listItem(content: string, element: DomElement): string {
  const marker = markerOf(element);
  const body = content.replace(/^\n+|\n+$/g, '').replace(/\n(?!\n|$)/g, `\n${' '.repeat(marker.length)}`);
  return `${marker}${body}${element.nextSibling === null ? '' : '\n'}`;
}

function markerOf(element: DomElement): string {
  const list = element.parentNode as DomElement | null;
  if (list?.nodeName !== 'OL') return '- ';
  const start = Number.parseInt(list.getAttribute('start') ?? '1', 10);
  return `${(Number.isNaN(start) ? 1 : start) + itemsBefore(element)}. `;
}

/** Counted from the item before, so that a list of many thousand items stays linear. */
const positions = new WeakMap<DomElement, number>();

function itemsBefore(element: DomElement): number {
  let count = 0;
  let node = element.previousSibling;
  while (node !== null) {
    const known = positions.get(node as DomElement);
    if (known !== undefined) {
      count += known + 1;
      break;
    }
    if (node.nodeName === 'LI') count += 1;
    node = node.previousSibling;
  }
  positions.set(element, count);
  return count;
}
