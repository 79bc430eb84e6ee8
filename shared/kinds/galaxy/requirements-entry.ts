import { isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import { folderUrl } from './options.ts';
import { parseRange, type VersionRange } from './ranges.ts';
import { describe, type RequirementsFile } from './requirements-file.ts';
import { quoted } from './requirements-problems.ts';
import { NAME } from './schema.ts';

/** One entry of the list. Two entries of one collection stand for the versions of both. */
export interface Requirement {
  readonly namespace: string;
  readonly name: string;
  readonly range: VersionRange;
  /** The server that has it: the entry's source, else the run's own. */
  readonly server: string;
}

/** Takes a problem of an entry: the node whose line is named, and the sentence. */
export type Report = (node: Node | undefined, sentence: string) => void;

/** An entry's keys with what stands behind them, if anything. */
type Values = ReadonlyMap<string, Node | undefined>;

const KEYS = ['name', 'version', 'source', 'signatures', 'type'];
const POINTER = /^(?:git[@+]|https?:|file:|\.{0,2}\/|~\/)|\.tar\.gz$|\.git(?:,|$)/;
const GALAXY = 'https://galaxy.ansible.com/';

/** Reads entries of `collections`; `server` is that of entries without a source. */
export class EntryReader {
  readonly #file: RequirementsFile;
  readonly #server: string;

  constructor(file: RequirementsFile, server: string) {
    this.#file = file;
    this.#server = server;
  }

  /** What the entry calls itself, for messages; undefined where it does not say. */
  nameOf(node: Node | undefined): string | undefined {
    const value = isMap(node) ? this.#value(node, 'name') : node;
    return isScalar(value) && typeof value.value === 'string' ? quoted(value.value).slice(1, -1) : undefined;
  }

  /** Undefined when something is wrong with it, which was reported. */
  read(node: Node | undefined, report: Report): Requirement | undefined {
    if (isMap(node)) return this.#readMap(node, report);
    if (!isText(node)) {
      report(node, `expected a collection's name or a mapping, found ${describe(node)}`);
      return undefined;
    }
    const name = parseName(node);
    if (typeof name !== 'string') return { ...name, range: EVERY, server: this.#server };
    report(node, name);
    return undefined;
  }

  #readMap(map: YAMLMap, report: Report): Requirement | undefined {
    const values = this.#valuesOf(map, report);
    if (isOtherType(values)) {
      report(values.get('type') ?? map, otherType(values.get('type')));
      return undefined;
    }
    const name = parseName(values.get('name'));
    const range = values.has('version') ? parseVersion(values.get('version')) : EVERY;
    const source = this.#parseSource(values);
    const found = { name, version: range, source, signatures: this.#wrongSignatures(values) };
    const wrong = Object.entries(found).filter(([, sentence]) => typeof sentence === 'string');
    for (const [key, sentence] of wrong) report(values.get(key) ?? map, `${key}: ${sentence}`);
    // of these three a text is what is wrong with them
    if (wrong.length > 0 || typeof name === 'string' || typeof range === 'string') return undefined;
    return typeof source === 'string' ? undefined : { ...name, range, ...source };
  }

  #valuesOf(map: YAMLMap, report: Report): Values {
    const values = new Map<string, Node | undefined>();
    for (const { key, keyNode, value } of this.#file.entries(map)) {
      values.set(key, value);
      if (!KEYS.includes(key)) report(keyNode, unknownKey(key));
    }
    return values;
  }

  /** The run's own server, however it is written, or another one. A name from `ansible.cfg` says nothing here. */
  #parseSource(values: Values): Pick<Requirement, 'server'> | string {
    if (!values.has('source')) return { server: this.#server };
    const node = values.get('source');
    const given = isText(node) ? folderUrl.safeParse(node.value) : undefined;
    if (!given?.success) return `expected the http or https URL of a Galaxy, found ${describe(node)}`;
    const source = given.data;
    const isSame = [source, `${source}api/`].includes(this.#server) || source === `${this.#server}api/`;
    return { server: isSame ? this.#server : source === GALAXY ? `${GALAXY}api/` : source };
  }

  /** They are for the client, which checks them with its own keyring; a mirror's signatures are the server's. */
  #wrongSignatures(values: Values): string | undefined {
    if (!values.has('signatures')) return undefined;
    const node = values.get('signatures');
    const items = isSeq(node) ? node.items.map((item) => this.#file.resolve(item)) : [node];
    const wrong = items.find((item) => !isText(item));
    return items.some((item) => !isText(item)) ? `expected addresses, found ${describe(wrong)}` : undefined;
  }

  #value(map: YAMLMap, wanted: string): Node | undefined {
    for (const { key, value } of this.#file.entries(map)) if (key === wanted) return value;
    return undefined;
  }
}

const EVERY: VersionRange = {
  text: '*',
  has: (version, prereleases) => prereleases || version.prerelease.length === 0,
};

const isText = (node: unknown): node is Node & { value: string } =>
  isScalar(node) && typeof node.value === 'string';

function unknownKey(key: string): string {
  if (key === '<<') return 'expected no merge key (<<); write the keys out';
  return `expected only ${KEYS.join(', ')}, found the key ${quoted(key)}`;
}

function isOtherType(values: Values): boolean {
  const type = values.get('type');
  return values.has('type') && !(isScalar(type) && type.value === 'galaxy');
}

function otherType(type: Node | undefined): string {
  return `type: expected galaxy, found ${describe(type)}; only what a Galaxy server has can be mirrored`;
}

function parseName(node: Node | undefined): Pick<Requirement, 'namespace' | 'name'> | string {
  if (!isText(node)) return `expected <namespace>.<collection>, found ${describe(node)}`;
  const text = node.value;
  if (POINTER.test(text))
    return `expected <namespace>.<collection>, found ${quoted(text)}; only what a Galaxy server has can be mirrored`;
  if (/^[\w.]+:/.test(text))
    return `expected <namespace>.<collection>, found ${quoted(text)}; the version goes into a key of its own`;
  const [namespace = '', name = '', ...rest] = text.split('.');
  if (!NAME.test(namespace) || !NAME.test(name) || rest.length > 0)
    return `expected <namespace>.<collection>, found ${quoted(text)}`;
  return { namespace, name };
}

function parseVersion(node: Node | undefined): VersionRange | string {
  if (isText(node)) return parseRange(node.value);
  const source = isScalar(node) && typeof node.value === 'number' ? node.source : undefined;
  if (source === undefined) return `expected a range in quotes, found ${describe(node)}`;
  return `expected a range in quotes, found the number ${source}; write "${source}", or it may lose digits`;
}
