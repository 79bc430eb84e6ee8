import { readXml, type XmlElement, type XmlReport } from './read.ts';

/** An element and its direct children's texts: what most settings files are made of. */
export interface XmlRecord {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** Trimmed text by child name; children marked `nil="true"` are absent. */
  readonly fields: ReadonlyMap<string, string>;
  /** Its own text, without that of the elements in it. */
  readonly text: string;
  /** The record that holds this one. */
  readonly within: XmlRecord | undefined;
}

export interface XmlRecords extends XmlReport {
  readonly records: readonly XmlRecord[];
}

interface OpenRecord {
  readonly element: XmlElement;
  readonly record: XmlRecord & { text: string };
  readonly fields: Map<string, string>;
}

/** Every element with one of the local names as a record, in the order of their start tags. Throws as `readXml` does. */
export async function xmlRecords(
  chunks: AsyncIterable<string>,
  names: readonly string[],
): Promise<XmlRecords> {
  const wanted = new Set(names);
  const records: XmlRecord[] = [];
  const open: OpenRecord[] = [];
  const report = await readXml(chunks, {
    open(element) {
      if (!wanted.has(element.name)) return;
      const fields = new Map<string, string>();
      const { name, attributes } = element;
      const record = { name, attributes, fields, text: '', within: open.at(-1)?.record };
      open.push({ element, record, fields });
      records.push(record);
    },
    close(element, text) {
      const top = open.at(-1);
      if (top?.element === element) {
        top.record.text = text.trim();
        open.pop();
      } else if (top?.element === element.parent && element.attributes.get('nil') !== 'true')
        top?.fields.set(element.name, text.trim());
    },
  });
  return { ...report, records };
}
