import { SaxesParser } from 'saxes';
import { S3Error } from './s3-error.ts';

type XmlValue = string | number | boolean | undefined | XmlFields | readonly XmlValue[];
export interface XmlFields {
  readonly [name: string]: XmlValue;
}

const NAMESPACE = ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

/** A document as S3 writes it: errors have no namespace. Arrays become repeated elements, `undefined` is left out. */
export function writeXml(root: string, fields: XmlFields): string {
  const namespace = root === 'Error' ? '' : NAMESPACE;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${namespace}>${writeFields(fields)}</${root}>`;
}

function writeFields(fields: XmlFields): string {
  return Object.entries(fields)
    .map(([name, value]) => writeElement(name, value))
    .join('');
}

function writeElement(name: string, value: XmlValue): string {
  if (value === undefined) return '';
  if (isList(value)) return value.map((one) => writeElement(name, one)).join('');
  const content = typeof value === 'object' ? writeFields(value) : escapeXml(String(value));
  return `<${name}>${content}</${name}>`;
}

function isList(value: XmlValue): value is readonly XmlValue[] {
  return Array.isArray(value);
}

/** Control characters go out as references, as S3 does it: readers that refuse them ask for `encoding-type=url`. */
function escapeXml(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: keys may hold them.
  return text.replace(/[&<>"\u0000-\u001f\u007f\ufffe\uffff]/g, (char) => {
    const named = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }[char];
    return named ?? `&#x${char.charCodeAt(0).toString(16)};`;
  });
}

/** More than the largest valid request has: 10,000 parts with four elements each. */
const NODE_LIMIT = 100_000;

export interface XmlNode {
  readonly name: string;
  text: string;
  readonly children: XmlNode[];
}

/** Reads a whole request document; the caller bounds the number of bytes. Throws MalformedXML. */
export async function readXml(chunks: AsyncIterable<Uint8Array>): Promise<XmlNode> {
  const parser = new SaxesParser();
  const top: XmlNode = { name: '', text: '', children: [] };
  const open = [top];
  parser.on('error', (error) => {
    throw new S3Error('MalformedXML', { message: error.message });
  });
  let nodes = 0;
  parser.on('opentag', (tag) => {
    nodes += 1;
    if (nodes > NODE_LIMIT) throw new S3Error('MalformedXML', { message: `Over ${NODE_LIMIT} elements.` });
    const node = { name: tag.name.replace(/^.*:/, ''), text: '', children: [] };
    open.at(-1)?.children.push(node);
    open.push(node);
  });
  parser.on('text', (text) => {
    const node = open.at(-1);
    if (node) node.text += text;
  });
  parser.on('closetag', () => {
    open.pop();
  });
  const decoder = new TextDecoder();
  for await (const chunk of chunks) parser.write(decoder.decode(chunk, { stream: true }));
  parser.write(decoder.decode()).close();
  const root = top.children[0];
  if (!root) throw new S3Error('MalformedXML', { message: 'The body has no XML element.' });
  return root;
}

/** The text of the first child of that name. */
export function childText(node: XmlNode, name: string): string | undefined {
  return node.children.find((child) => child.name === name)?.text;
}
