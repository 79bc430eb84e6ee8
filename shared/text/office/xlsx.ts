import { MarkdownWriter } from '../../markdown/writer.ts';
import type { RangeSource } from '../../range-source.ts';
import { readXml, type XmlElement, type XmlVisitor } from '../../xml/read.ts';
import { type OfficePackage, openOffice } from './package.ts';
import { hiddenNote, RowBuilder, sheetMarkdown, sheetRows } from './spreadsheet.ts';
import { NumberFormats } from './xlsx-styles.ts';

interface Sheet {
  readonly name: string;
  readonly part: string | undefined;
  readonly isHidden: boolean;
}

/**
 * A workbook (ISO 29500, SpreadsheetML) as Markdown: each sheet as a table, with what its cells show; hidden sheets are only counted.
 * Streamed: what is held is the table of strings and 500 rows. Throws TEXT_INVALID where it is no workbook.
 */
export async function* xlsxMarkdown(source: RangeSource): AsyncGenerator<string> {
  const office = await openOffice(source);
  const { sheets, is1904 } = await workbookOf(office);
  const formats = new NumberFormats(is1904);
  await formats.read(office);
  const strings = await sharedStrings(office);
  const writer = new MarkdownWriter();
  for (const { name, part, isHidden } of sheets) {
    if (isHidden || part === undefined || !office.has(part)) continue;
    const rows = new RowBuilder();
    const cells = new SheetReader(rows, strings, formats);
    yield* sheetMarkdown(writer, name, sheetRows(office.part(part), cells, rows));
  }
  for (const note of hiddenNote(sheets.filter(({ isHidden }) => isHidden).length)) writer.add(note);
  yield writer.end();
}

const WORKBOOK = 'xl/workbook.xml';

async function workbookOf(office: OfficePackage): Promise<{ sheets: Sheet[]; is1904: boolean }> {
  const links = await office.relationships(WORKBOOK);
  const sheets: Sheet[] = [];
  let is1904 = false;
  await readXml(office.part(WORKBOOK), {
    open({ name, attributes }) {
      if (name === 'workbookPr') is1904 = /^(?:1|true)$/.test(attributes.get('date1904') ?? '');
      if (name !== 'sheet') return;
      const target = links.get(attributes.get('r:id') ?? attributes.get('id') ?? '')?.target;
      // without relationships the parts are known by their numbers
      const part = target ?? `xl/worksheets/sheet${sheets.length + 1}.xml`;
      const isHidden = (attributes.get('state') ?? 'visible') !== 'visible';
      sheets.push({ name: attributes.get('name') ?? `Sheet ${sheets.length + 1}`, part, isHidden });
    },
  });
  return { sheets, is1904 };
}

/** Texts that cells name by number; those of other readings (`rPh`) are left out. */
async function sharedStrings(office: OfficePackage): Promise<readonly string[]> {
  const strings: string[] = [];
  if (!office.has('xl/sharedStrings.xml')) return strings;
  let parts: string[] = [];
  await readXml(office.part('xl/sharedStrings.xml'), {
    open({ name }) {
      if (name === 'si') parts = [];
    },
    close({ name, parent }, text) {
      if (name === 't' && parent?.name !== 'rPh') parts.push(text);
      else if (name === 'si') strings.push(parts.join(''));
    },
  });
  return strings;
}

/** Follows a sheet's cells. */
class SheetReader implements XmlVisitor {
  readonly #rows: RowBuilder;
  readonly #strings: readonly string[];
  readonly #formats: NumberFormats;
  #column = -1;
  #text = '';

  constructor(rows: RowBuilder, strings: readonly string[], formats: NumberFormats) {
    this.#rows = rows;
    this.#strings = strings;
    this.#formats = formats;
  }

  open({ name, attributes }: XmlElement): void {
    if (name === 'row') this.#column = -1;
    else if (name === 'c') {
      this.#column = columnOf(attributes.get('r')) ?? this.#column + 1;
      this.#text = '';
    }
  }

  close({ name, attributes, parent }: XmlElement, text: string): void {
    if (name === 'v' || (name === 't' && parent?.name !== 'rPh')) this.#text += text;
    else if (name === 'c') this.#rows.put(this.#column, this.#shown(attributes));
    else if (name === 'row') this.#rows.endRow();
  }

  #shown(attributes: ReadonlyMap<string, string>): string {
    switch (attributes.get('t') ?? 'n') {
      case 's':
        return this.#strings[Number(this.#text)] ?? '';
      case 'b':
        return this.#text === '1' ? 'TRUE' : 'FALSE';
      case 'n':
        return this.#formats.show(this.#text, Number(attributes.get('s') ?? 0));
      default:
        return this.#text;
    }
  }
}

/** `AB12` is column 27, counted from 0. */
function columnOf(reference: string | undefined): number | undefined {
  const letters = /^[A-Z]{1,3}/.exec(reference ?? '')?.[0];
  if (letters === undefined) return undefined;
  return [...letters].reduce((column, letter) => column * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}
