import { readXml, type XmlElement, type XmlReport } from './read.ts';

/** An element and its direct children's texts: what most settings files are made of. */
export interface XmlRecord {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** Trimmed text by child name; children marked `nil="true"` are absent. */
  readonly fields: ReadonlyMap<string, string>;
  /** The record that holds this one. */
  readonly within: XmlRecord | undefined;
}

export interface XmlRecords extends XmlReport {
  readonly records: readonly XmlRecord[];
}

/** Every element with one of the local names as a record, in the order of their start tags. Throws as `readXml` does. */
export async function xmlRecords(
  chunks: AsyncIterable<string>,
  names: readonly string[],
): Promise<XmlRecords> {
  const wanted = new Set(names);
  const records: XmlRecord[] = [];
  const open: { element: XmlElement; record: XmlRecord; fields: Map<string, string> }[] = [];
  const report = await readXml(chunks, {
    open(element) {
      if (!wanted.has(element.name)) return;
      const fields = new Map<string, string>();
      const { name, attributes } = element;
      const record = { name, attributes, fields, within: open.at(-1)?.record };
      open.push({ element, record, fields });
      records.push(record);
    },
    close(element, text) {
      const top = open.at(-1);
      if (top?.element === element) open.pop();
      else if (top?.element === element.parent && element.attributes.get('nil') !== 'true')
        top?.fields.set(element.name, text.trim());
    },
  });
  return { ...report, records };
}
