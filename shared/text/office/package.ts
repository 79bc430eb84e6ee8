import { posix } from 'node:path';
import { SmallbatchError } from '../../errors.ts';
import type { RangeSource } from '../../range-source.ts';
import { readXml } from '../../xml/read.ts';
import { openZip, type ZipMember } from '../../zip/archive.ts';
import { ZipError } from '../../zip/errors.ts';
import { readMember } from '../../zip/member.ts';
import { decodeMarkup } from '../decode-markup.ts';

/** A document with a thousand pictures has 2,000 parts. */
const MAX_PARTS = 20_000;
/** Declared size of all parts; only the text parts are read, each within the XML reader's own limit. */
const MAX_BYTES = 2 * 1024 * 1024 * 1024;

export interface Relationship {
  readonly target: string;
  readonly type: string;
}

/** The parts of an Office file (a zip: ISO 29500-2 packages, OpenDocument), read one at a time as streams of text. */
export interface OfficePackage {
  has(name: string): boolean;
  /** Of all parts. */
  names(): string[];
  /** Throws PART missing as TEXT_INVALID. */
  part(name: string): AsyncIterable<string>;
  /** A part's relationships by id; targets within the package are part names. */
  relationships(name: string): Promise<ReadonlyMap<string, Relationship>>;
}

/** Throws TEXT_INVALID where it is no zip, or a zip that is refused (a bomb among them). */
export async function openOffice(source: RangeSource): Promise<OfficePackage> {
  const members = await membersOf(source);
  const has = (name: string): boolean => members.has(name);
  const part = (name: string): AsyncIterable<string> => {
    const member = members.get(name);
    if (member === undefined) throw invalid(`no part "${name}" in the document`);
    return reported(decodeMarkup(readMember(source, member)));
  };
  const relationships = (name: string): ReturnType<typeof relationshipsOf> =>
    relationshipsOf({ has, part }, name);
  return { has, names: () => [...members.keys()], part, relationships };
}

async function membersOf(source: RangeSource): Promise<Map<string, ZipMember>> {
  const members = new Map<string, ZipMember>();
  try {
    const archive = await openZip(source, { maxMembers: MAX_PARTS, maxTotalBytes: MAX_BYTES });
    for await (const entry of archive.entries())
      if (entry.type === 'member') members.set(entry.member.name, entry.member);
  } catch (error) {
    throw error instanceof ZipError ? invalid(error.message, error) : error;
  }
  return members;
}

async function* reported(text: AsyncIterable<string>): AsyncGenerator<string> {
  try {
    yield* text;
  } catch (error) {
    throw error instanceof ZipError ? invalid(error.message, error) : error;
  }
}

/** `word/document.xml` has its relationships in `word/_rels/document.xml.rels`. */
async function relationshipsOf(
  { has, part }: Pick<OfficePackage, 'has' | 'part'>,
  name: string,
): Promise<Map<string, Relationship>> {
  const found = new Map<string, Relationship>();
  const path = posix.join(posix.dirname(name), '_rels', `${posix.basename(name)}.rels`);
  if (!has(path)) return found;
  await readXml(part(path), {
    open({ name: tag, attributes }) {
      if (tag !== 'Relationship') return;
      const target = attributes.get('Target') ?? '';
      const isExternal = attributes.get('TargetMode') === 'External';
      found.set(attributes.get('Id') ?? '', {
        target: isExternal ? target : resolved(name, target),
        type: (attributes.get('Type') ?? '').replace(/^.*\//, ''),
      });
    },
  });
  return found;
}

function resolved(from: string, target: string): string {
  return target.startsWith('/') ? target.slice(1) : posix.join(posix.dirname(from), target);
}

export function invalid(message: string, cause?: unknown): SmallbatchError {
  return new SmallbatchError('TEXT_INVALID', `not a readable document: ${message}`, { cause });
}
