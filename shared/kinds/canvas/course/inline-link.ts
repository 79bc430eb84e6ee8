import type { XmlElement } from '../../../xml/read.ts';

/** A link of the course to somewhere else: a web page, or a tool that is launched there. */
export interface WebAddress {
  readonly type: 'link' | 'tool';
  readonly title: string;
  readonly url: string;
}

const ROOTS: Readonly<Record<string, WebAddress['type']>> = {
  webLink: 'link',
  cartridge_basiclti_link: 'tool',
};
const LAUNCH_URLS = ['secure_launch_url', 'launch_url'];

/**
 * Reads a `<webLink>` (IMS CC, "Web Links") or `<cartridge_basiclti_link>` (IMS LTI for CC), wherever it stands: in a file of its own or, in a
 * thin cartridge, within the manifest. The secure launch address is preferred.
 */
export class InlineLinkReader {
  #root: XmlElement | undefined;
  #title = '';
  #url = '';

  open(element: XmlElement): void {
    if (this.#root === undefined && Object.hasOwn(ROOTS, element.name)) {
      this.#root = element;
      this.#title = '';
      this.#url = '';
    } else if (this.#root !== undefined && element.name === 'url')
      this.#url ||= (element.attributes.get('href') ?? '').trim();
  }

  /** The link, when its element ends. */
  close(element: XmlElement, text: string): WebAddress | undefined {
    const root = this.#root;
    if (root === undefined) return undefined;
    if (element.parent === root) this.#field(element.name, text.trim());
    if (element !== root) return undefined;
    this.#root = undefined;
    return { type: ROOTS[root.name] ?? 'link', title: this.#title, url: this.#url };
  }

  #field(name: string, text: string): void {
    if (name === 'title') this.#title ||= text;
    if (name === LAUNCH_URLS[0] && text !== '') this.#url = text;
    if (name === LAUNCH_URLS[1]) this.#url ||= text;
  }
}
