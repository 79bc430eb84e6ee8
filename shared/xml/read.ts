import { SaxesParser } from 'saxes';
import { SmallbatchError } from '../errors.ts';
import { AmpersandMender } from './mend.ts';

/** Characters of one document: the largest imsmanifest.xml seen has 10 MB. */
const DOCUMENT_CHARS = 32 * 1024 * 1024;
/** Elements within elements; a stack entry each. */
const MAX_DEPTH = 256;
/** HTML's most frequent names, found in hand-made files; nothing else is expanded, whatever a DOCTYPE declares. */
const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

export interface XmlElement {
  /** Local name: the namespace differs between versions of one format. */
  readonly name: string;
  /** By local name, and by full name where there is a prefix. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly parent: XmlElement | undefined;
}

export interface XmlVisitor {
  open?(element: XmlElement): void;
  /** `text` is the element's own text, without that of the elements in it. */
  close?(element: XmlElement, text: string): void;
  /** Each run of text, as it comes. */
  text?(text: string): void;
}

/** What was wrong with the document; it is read on regardless, as far as that makes sense. */
export interface XmlReport {
  readonly problems: number;
  readonly firstProblem?: string;
}

/**
 * Streams an XML document to a visitor. Tolerant (wrong nesting, unknown entities, stray characters are counted, not thrown);
 * entities that a document declares are never expanded. Throws ITEM_TOO_LARGE over 32 Mi characters or 256 levels.
 */
export async function readXml(chunks: AsyncIterable<string>, visitor: XmlVisitor): Promise<XmlReport> {
  const reader = xmlReader(visitor);
  for await (const chunk of chunks) reader.write(chunk);
  return reader.end();
}

export interface XmlReader {
  write(chunk: string): void;
  end(): XmlReport;
}

/** The push form of `readXml`, for those who yield while they read. `maxChars`: for what is never held, such as the rows of a sheet. */
export function xmlReader(visitor: XmlVisitor, { maxChars = DOCUMENT_CHARS } = {}): XmlReader {
  const parser = new SaxesParser({ xmlns: false, fragment: false, position: true });
  parser.ENTITIES = Object.assign(Object.create(null), ENTITIES);
  forgiveStrayEndTags(parser);
  const mender = new AmpersandMender();
  let chars = 0;
  let problems = 0;
  let firstProblem: string | undefined;
  parser.on('error', (error) => {
    problems += 1;
    firstProblem ??= error.message;
  });
  attach(parser, visitor);
  return {
    write(chunk) {
      chars += chunk.length;
      if (chars > maxChars) throw tooLarge(`over ${maxChars} characters`);
      parser.write(mender.mend(chunk));
    },
    end() {
      parser.write(mender.end()).close();
      return { problems, ...(firstProblem === undefined ? {} : { firstProblem }) };
    },
  };
}

/** The parts of the parser that `forgiveStrayEndTags` needs. */
interface EndTags {
  readonly tags: readonly { readonly name: string }[];
  name: string;
  text: string;
  closeTag(): void;
  fail(message: string): unknown;
}

/**
 * The parser closes every open element in search of the one that an end tag names, the root too where there is none. An end tag
 * without its start is dropped instead.
 */
function forgiveStrayEndTags(parser: SaxesParser): void {
  const inner = parser as unknown as EndTags;
  const closeTag = inner.closeTag.bind(inner);
  inner.closeTag = () => {
    if (inner.name !== '' && !inner.tags.some(({ name }) => name === inner.name)) {
      inner.fail(`an end tag without its start: ${inner.name}.`);
      inner.name = '';
      // an end tag without a name only resets the state; what it adds to the text is taken back
      const { text } = inner;
      closeTag();
      inner.text = text;
    } else closeTag();
  };
}

interface Open {
  readonly element: XmlElement;
  text: string;
}

function attach(parser: SaxesParser, visitor: XmlVisitor): void {
  const stack: Open[] = [];
  const onText = (text: string): void => {
    const top = stack.at(-1);
    if (top !== undefined && visitor.close !== undefined) top.text += text;
    visitor.text?.(text);
  };
  parser.on('opentag', (tag) => {
    if (stack.length >= MAX_DEPTH) throw tooLarge(`over ${MAX_DEPTH} levels deep`);
    const attributes = localAttributes(tag.attributes);
    const element = { name: localName(tag.name), attributes, parent: stack.at(-1)?.element };
    stack.push({ element, text: '' });
    visitor.open?.(element);
  });
  parser.on('text', onText);
  parser.on('cdata', onText);
  parser.on('closetag', () => {
    const closed = stack.pop();
    if (closed !== undefined) visitor.close?.(closed.element, closed.text);
  });
}

function localAttributes(attributes: Record<string, string>): Map<string, string> {
  const found = new Map(Object.entries(attributes));
  for (const [name, value] of Object.entries(attributes)) {
    const local = localName(name);
    if (!found.has(local)) found.set(local, value);
  }
  return found;
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function tooLarge(what: string): SmallbatchError {
  return new SmallbatchError('ITEM_TOO_LARGE', `XML document ${what}`);
}
