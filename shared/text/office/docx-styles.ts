import { readXml } from '../../xml/read.ts';
import type { OfficePackage } from './package.ts';

/** What a paragraph style says of the paragraphs in it. */
export interface ParagraphStyle {
  heading?: number;
  numId?: string;
}

/** By style id, from word/styles.xml. A heading is known by the style's own name, which stays English in every language, or by its level. */
export async function paragraphStyles(office: OfficePackage): Promise<ReadonlyMap<string, ParagraphStyle>> {
  const styles = new Map<string, StyleEntry>();
  if (!office.has('word/styles.xml')) return styles;
  let style: StyleEntry = {};
  await readXml(office.part('word/styles.xml'), {
    open({ name, attributes }) {
      const value = attributes.get('val') ?? '';
      if (name === 'style') {
        style = {};
        styles.set(attributes.get('styleId') ?? '', style);
      } else setProperty(style, name, value);
    },
  });
  return new Map([...styles.keys()].map((id) => [id, inherited(styles, id)]));
}

interface StyleEntry extends ParagraphStyle {
  basedOn?: string;
}

/** Styles that are based on each other are ten deep at most in what Word makes; one that is based on itself ends, too. */
const MAX_ANCESTORS = 20;

/** What a style does not say itself, the style that it is based on says. */
function inherited(styles: ReadonlyMap<string, StyleEntry>, id: string): ParagraphStyle {
  const found: ParagraphStyle = {};
  let style = styles.get(id);
  for (let depth = 0; style !== undefined && depth < MAX_ANCESTORS; depth += 1) {
    if (style.heading !== undefined) found.heading ??= style.heading;
    if (style.numId !== undefined) found.numId ??= style.numId;
    style = styles.get(style.basedOn ?? '');
  }
  return found;
}

function setProperty(style: StyleEntry, name: string, value: string): void {
  const level = name === 'name' ? levelOfName(value) : name === 'outlineLvl' ? Number(value) + 1 : undefined;
  // outline level 10 is body text (ISO 29500-1, 17.3.1.20 counts from 0 to 9), which ends what is inherited
  if (level !== undefined && level >= 1) style.heading ??= level;
  if (name === 'numId') style.numId = value;
  if (name === 'basedOn') style.basedOn = value;
}

function levelOfName(name: string): number | undefined {
  if (/^title$/i.test(name)) return 1;
  const level = /^heading ([1-9])$/i.exec(name)?.[1];
  return level === undefined ? undefined : Number(level);
}

/** Is a list level numbered? By numbering id, then level, from word/numbering.xml. */
export type Numbering = ReadonlyMap<string, ReadonlyMap<number, boolean>>;

export async function numberingOf(office: OfficePackage): Promise<Numbering> {
  const abstract = new Map<string, Map<number, boolean>>();
  const numbering = new Map<string, ReadonlyMap<number, boolean>>();
  if (!office.has('word/numbering.xml')) return numbering;
  const at = { abstract: '', num: '', level: 0 };
  await readXml(office.part('word/numbering.xml'), {
    open({ name, attributes }) {
      const get = (attribute: string): string => attributes.get(attribute) ?? '';
      switch (name) {
        case 'abstractNum':
          at.abstract = get('abstractNumId');
          break;
        case 'lvl':
          at.level = Number(get('ilvl'));
          break;
        case 'numFmt':
          levelsOf(abstract, at.abstract).set(at.level, isNumbered(get('val')));
          break;
        case 'num':
          at.num = get('numId');
          break;
        case 'abstractNumId':
          numbering.set(at.num, levelsOf(abstract, get('val')));
      }
    },
  });
  return numbering;
}

function levelsOf(abstract: Map<string, Map<number, boolean>>, id: string): Map<number, boolean> {
  const levels = abstract.get(id) ?? new Map<number, boolean>();
  abstract.set(id, levels);
  return levels;
}

function isNumbered(format: string): boolean {
  return format !== 'bullet' && format !== 'none';
}
