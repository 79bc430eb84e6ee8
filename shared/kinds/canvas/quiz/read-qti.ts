import { type XmlElement, xmlReader } from '../../../xml/read.ts';
import { ItemReader } from './item-reader.ts';
import { MaterialReader } from './material-reader.ts';
import { numberOf } from './number-of.ts';
import type { Group, QtiPart } from './question.ts';

/**
 * The parts of a QTI 1.2 document (ASI, as Canvas, Common Cartridge and New Quizzes write it) in their order, one question in memory at a time.
 * Throws ITEM_TOO_LARGE as the XML reader does.
 */
export async function* readQti(chunks: AsyncIterable<string>): AsyncGenerator<QtiPart> {
  const reader = new QtiReader();
  const xml = xmlReader(reader);
  for await (const chunk of chunks) {
    xml.write(chunk);
    yield* reader.take();
  }
  xml.end();
  yield* reader.take();
}

interface Section {
  readonly element: XmlElement;
  /** Written as a group when it says that questions are drawn. */
  group: { title: string; pick?: number; pointsEach?: number; bank?: string } | undefined;
  isSent: boolean;
}

class QtiReader {
  #parts: QtiPart[] = [];
  readonly #sections: Section[] = [];
  #item: ItemReader | undefined;
  #instructions: { element: XmlElement; material: MaterialReader } | undefined;
  #label = '';

  take(): QtiPart[] {
    const taken = this.#parts;
    this.#parts = [];
    return taken;
  }

  open(element: XmlElement): void {
    if (this.#item !== undefined) this.#item.open(element);
    else if (this.#instructions !== undefined) this.#instructions.material.open(element);
    else this.#openOutside(element);
  }

  text(text: string): void {
    if (this.#item !== undefined) this.#item.text(text);
    else this.#instructions?.material.text(text);
  }

  close(element: XmlElement, text: string): void {
    if (this.#item !== undefined) this.#closeItem(this.#item, element, text);
    else if (this.#instructions !== undefined) this.#closeInstructions(this.#instructions, element);
    else this.#closeOutside(element, text.trim());
  }

  #openOutside(element: XmlElement): void {
    const { name, attributes } = element;
    const title = attributes.get('title') ?? '';
    if (name === 'assessment') this.#parts.push({ type: 'quiz', title });
    if (name === 'section') this.#sections.push({ element, group: undefined, isSent: false });
    if (name === 'selection') this.#draw();
    if (name === 'rubric' || name === 'presentation_material')
      this.#instructions = { element, material: new MaterialReader() };
    if (name !== 'item') return;
    this.#sendGroup();
    this.#item = new ItemReader(element);
  }

  #closeItem(item: ItemReader, element: XmlElement, text: string): void {
    item.close(element, text);
    if (element !== item.element) return;
    this.#parts.push(item.question());
    this.#item = undefined;
  }

  #closeInstructions(
    { element, material }: { element: XmlElement; material: MaterialReader },
    closed: XmlElement,
  ): void {
    material.close(closed);
    if (closed !== element) return;
    this.#instructions = undefined;
    if (material.pieces.length > 0) this.#parts.push({ type: 'instructions', pieces: material.pieces });
  }

  #closeOutside(element: XmlElement, text: string): void {
    const { name } = element;
    const group = this.#sections.at(-1)?.group;
    if (name === 'fieldlabel') this.#label = text;
    if (name === 'fieldentry') this.#parts.push({ type: 'setting', name: this.#label, value: text });
    if (group !== undefined && name === 'selection_number') group.pick = numberOf(text);
    if (group !== undefined && name === 'points_per_item') group.pointsEach = numberOf(text);
    if (group !== undefined && name === 'sourcebank_ref') group.bank = text;
    if (name === 'section') this.#endSection();
  }

  #draw(): void {
    const section = this.#sections.at(-1);
    if (section !== undefined) section.group ??= { title: section.element.attributes.get('title') ?? '' };
  }

  /** Not before all is known of it: at its first question or, for one that draws from a bank, at its end. */
  #sendGroup(): void {
    const section = this.#sections.at(-1);
    if (section?.group === undefined || section.isSent) return;
    section.isSent = true;
    this.#parts.push(toGroup(section.group));
  }

  #endSection(): void {
    this.#sendGroup();
    if (this.#sections.pop()?.group !== undefined) this.#parts.push({ type: 'group-end' });
  }
}

function toGroup({ title, pick, pointsEach, bank }: NonNullable<Section['group']>): Group {
  return { type: 'group', title, pick, pointsEach, bank };
}
