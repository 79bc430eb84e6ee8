import type { Inline } from '../../markdown/inline.ts';
import type { HtmlElement } from './parse.ts';

/** Where players and frames have the address of what they show. */
const SOURCES: ReadonlyMap<string, string> = new Map([
  ['iframe', 'src'],
  ['video', 'src'],
  ['audio', 'src'],
  ['embed', 'src'],
  ['frame', 'src'],
  ['object', 'data'],
]);

export function isMedia(name: string): boolean {
  return SOURCES.has(name);
}

/** The address of what a player or frame shows, as it stands in the page. */
export function mediaSource(element: HtmlElement): string | undefined {
  return element.attribute(SOURCES.get(element.name) ?? 'src') || undefined;
}

/** What a player is called; its kind where it has no name. */
export function mediaLabel(element: HtmlElement): string {
  const { name } = element;
  const label = element.attribute('title') ?? element.attribute('aria-label') ?? element.attribute('alt');
  return label?.trim() || (name === 'frame' ? element.attribute('name')?.trim() : undefined) || name;
}

/**
 * A picture, or the formula that it shows: Canvas draws formulas as pictures whose TeX is in `data-equation-content`, in the alternative text, or
 * encoded twice in the address.
 */
export function toImage(element: HtmlElement, target: string): Inline {
  const tex = equationOf(element);
  if (tex !== undefined) return { type: 'maths', tex };
  return { type: 'image', alt: element.attribute('alt') ?? '', target };
}

const ALT_PREFIX = /^\s*LaTeX:\s*/i;
const EQUATION_PATH = /\/equation_images\/([^?#]+)/;

function equationOf(element: HtmlElement): string | undefined {
  const content = element.attribute('data-equation-content');
  if (content?.trim()) return content;
  const isEquation = /(?:^|\s)equation_image(?:\s|$)/.test(element.attribute('class') ?? '');
  const path = EQUATION_PATH.exec(element.attribute('src') ?? '')?.[1];
  if (!isEquation && path === undefined) return undefined;
  const alt = element.attribute('alt') ?? '';
  if (ALT_PREFIX.test(alt)) return alt.replace(ALT_PREFIX, '');
  return (path === undefined ? undefined : decoded(decoded(path))) || alt || element.attribute('title');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}
