import type { XmlElement } from '../../../xml/read.ts';
import type { Piece } from './question.ts';

/** Reads the texts and pictures of a `<material>`, wherever it stands. */
export class MaterialReader {
  readonly pieces: Piece[] = [];
  #open: { element: XmlElement; text: string } | undefined;

  open(element: XmlElement): void {
    if (element.name === 'mattext') this.#open = { element, text: '' };
    const uri = element.name === 'matimage' ? element.attributes.get('uri') : undefined;
    if (uri) this.pieces.push({ text: `<img src="${uri.replaceAll('"', '%22')}">`, isHtml: true });
  }

  text(text: string): void {
    if (this.#open !== undefined) this.#open.text += text;
  }

  close(element: XmlElement): void {
    if (this.#open === undefined || element !== this.#open.element) return;
    const { text } = this.#open;
    const isHtml = /html/i.test(element.attributes.get('texttype') ?? '');
    if (text.trim() !== '') this.pieces.push({ text, isHtml });
    this.#open = undefined;
  }
}
