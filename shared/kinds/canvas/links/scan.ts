import { type HtmlTag, htmlTags } from '../../../text/html-tags.ts';
import { namedBy } from './token.ts';

/** Attributes that lead somewhere, by element. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  a: 'href',
  area: 'href',
  img: 'src',
  iframe: 'src',
  video: 'src',
  audio: 'src',
  source: 'src',
  embed: 'src',
  object: 'data',
};

/** Links of one item that are followed: a page of links must not fill the memory. */
const MAX_LINKS = 10_000;
/** Canvas' own links have some 100 characters. */
const MAX_LINK_CHARS = 2_000;

/** Links within the course that an item's HTML has, each once, in their order. */
export class LinkScan {
  readonly #links = new Set<string>();

  get links(): readonly string[] {
    return [...this.#links];
  }

  add({ name, attributes }: HtmlTag): void {
    const attribute = Object.hasOwn(ATTRIBUTES, name) ? ATTRIBUTES[name] : undefined;
    const link = attribute === undefined ? undefined : attributes.get(attribute);
    if (link === undefined || link.length > MAX_LINK_CHARS || this.#links.size >= MAX_LINKS) return;
    if (namedBy(link).type !== 'elsewhere') this.#links.add(link);
  }

  async addHtml(html: string): Promise<void> {
    for await (const tag of htmlTags([html])) this.add(tag);
  }
}
