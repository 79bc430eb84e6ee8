import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import { type Problems, quoted } from './requirements-problems.ts';

/** A hundred collections take 5 kB; the worst 128 KiB that a YAML reader can get take it 150 MB. */
export const FILE_BYTES = 128 * 1024;
/** A reader of YAML that goes down for each takes 300 MB for 100,000; a requirements file has three. */
const DEPTH_MAX = 100;
/** Each is looked up in the whole file; nobody names the same text more often. */
const ALIASES_MAX = 100;

/** A YAML file as a tree whose nodes know their lines; nothing in it is expanded before it is asked for. */
export class RequirementsFile {
  readonly #document: Document;
  readonly #lines: LineCounter;
  readonly #problems: Problems;
  #aliases = 0;

  private constructor(document: Document, lines: LineCounter, problems: Problems) {
    this.#document = document;
    this.#lines = lines;
    this.#problems = problems;
  }

  /** Undefined when the bytes are no YAML; the reasons are added to `problems`. */
  static parse(bytes: Uint8Array, problems: Problems): RequirementsFile | undefined {
    const text = decode(bytes);
    if (text === undefined) {
      problems.add({}, 'expected UTF-8, found other bytes; save the file as UTF-8');
      return undefined;
    }
    if (!isShallow(text)) {
      problems.add({}, `expected at most ${DEPTH_MAX} brackets within one another, found more`);
      return undefined;
    }
    const lineCounter = new LineCounter();
    const document = parseDocument(text, { lineCounter, prettyErrors: false });
    for (const { pos, code, message } of document.errors) {
      const sentence = code === 'MULTIPLE_DOCS' ? 'expected one document, found more (---)' : message;
      problems.add({ line: lineCounter.linePos(pos[0]).line }, `not YAML: ${sentence}`);
    }
    return document.errors.length > 0 ? undefined : new RequirementsFile(document, lineCounter, problems);
  }

  get root(): Node | null {
    return this.#document.contents;
  }

  lineOf(node: unknown): number | undefined {
    const start = (isNode(node) || isAlias(node)) && node.range?.[0];
    return typeof start === 'number' ? this.#lines.linePos(start).line : undefined;
  }

  /** The node that an alias stands for; any other as it is. */
  resolve(node: unknown): Node | undefined {
    if (!isAlias(node)) return isNode(node) ? node : undefined;
    this.#aliases++;
    if (this.#aliases <= ALIASES_MAX) return node.resolve(this.#document);
    const sentence = `expected at most ${ALIASES_MAX} aliases, found more; write the values out`;
    if (this.#aliases === ALIASES_MAX + 1) this.#problems.add({ line: this.lineOf(node) }, sentence);
    return undefined;
  }

  /** The values of a mapping by their keys; keys that are no text are given as YAML has them. */
  *entries(map: YAMLMap): Generator<{ key: string; keyNode: Node | undefined; value: Node | undefined }> {
    for (const { key, value } of map.items) {
      const keyNode = this.resolve(key);
      yield { key: isScalar(keyNode) ? String(keyNode.value) : '?', keyNode, value: this.resolve(value) };
    }
  }
}

const isNode = (value: unknown): value is Node => isMap(value) || isSeq(value) || isScalar(value);

/** Counts brackets wherever they stand: a text that has a hundred more that open than close is no requirement either. */
function isShallow(text: string): boolean {
  let depth = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1;
    if (depth > DEPTH_MAX) return false;
  }
  return true;
}

/** Without the byte order mark, which YAML allows. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** What a node is, as a message says it. */
export function describe(node: Node | undefined): string {
  if (node === undefined) return 'nothing';
  if (isMap(node)) return 'a mapping';
  if (isSeq(node)) return node.items.length === 0 ? 'an empty list' : 'a list';
  if (!isScalar(node) || node.value === null) return 'nothing';
  if (typeof node.value === 'string') return quoted(node.value);
  return `the ${typeof node.value} ${node.source ?? String(node.value)}`;
}
