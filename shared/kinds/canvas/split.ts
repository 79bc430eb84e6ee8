import { crc32 } from 'node:zlib';
import { SmallbatchError } from '../../errors.ts';
import type { Failure, Item, SplitContext, SplitEntry } from '../../kind.ts';
import { decodeText } from '../../text/decode.ts';
import { openZip, type ZipArchive, type ZipMember } from '../../zip/archive.ts';
import type { ZipError } from '../../zip/errors.ts';
import { readMember } from '../../zip/member.ts';
import { filesOf, type Manifest, parseManifest } from './manifest.ts';
import { decodedPath } from './paths.ts';
import type { CanvasData, CanvasOptions } from './schema.ts';
import { asReported, memberFailure } from './zip-failure.ts';

const MANIFEST = 'imsmanifest.xml';

/** Characters of a name in an id: 3 bytes each at most, and room for prefix and checksum. */
const NAME_CHARS = 300;

type Context = SplitContext<CanvasOptions>;

/**
 * Every file of the course archive as one item, from the central directory alone; then, as failures, the files that the course's
 * manifest names and the archive lacks. Throws ZIP_INVALID where the archive as a whole is refused, MEMBER_MISSING where it is no course.
 */
export async function* split(context: Context): AsyncGenerator<SplitEntry<CanvasData>> {
  try {
    const archive = await openZip(context.source);
    yield* entriesOf(archive, await readManifest(archive, context));
  } catch (error) {
    throw asReported(error);
  }
}

async function readManifest(archive: ZipArchive, context: Context): Promise<Manifest> {
  for await (const entry of archive.entries())
    if (entry.type === 'member' && entry.member.name === MANIFEST)
      return await parseManifest(decodeText(readMember(context.source, entry.member)));
  throw new SmallbatchError(
    'MEMBER_MISSING',
    `${context.source.key}: expected ${MANIFEST} at the top of a course archive, found ${archive.memberCount} members without it`,
  );
}

async function* entriesOf(archive: ZipArchive, manifest: Manifest): AsyncGenerator<SplitEntry<CanvasData>> {
  const named = filesOf(manifest);
  const missing = new Map([...named].map((path) => [decodedPath(path), path]));
  let rejected = 0;
  for await (const entry of archive.entries()) {
    const name = entry.type === 'member' ? entry.member.name : entry.name;
    missing.delete(decodedPath(name));
    yield {
      item:
        entry.type === 'member'
          ? memberItem(entry.member)
          : rejectedItem(entry.name, entry.error, rejected++),
    };
  }
  for (const path of missing.values()) yield { item: missingItem(path) };
}

function memberItem(member: ZipMember): Item<CanvasData> {
  return {
    id: member.name,
    identity: `${member.bytes}-${member.crc32.toString(16).padStart(8, '0')}`,
    bytes: member.compressedBytes,
    data: { type: 'member', member },
  };
}

/** Two rejected entries may have one name (that is why the second is rejected), so their order is part of the id. */
function rejectedItem(name: string, error: ZipError, order: number): Item<CanvasData> {
  const id = `rejected ${order}: ${printable(name)}`;
  return absentItem(id, error.code, name, memberFailure(error));
}

function missingItem(path: string): Item<CanvasData> {
  const message = `${MANIFEST} names "${path}", which the archive does not have`;
  return absentItem(printable(path), 'missing', path, { code: 'MEMBER_MISSING', message });
}

function absentItem(id: string, identity: string, path: string, failure: Failure): Item<CanvasData> {
  return { id, identity, bytes: 0, data: { type: 'absent', path: printable(path) }, failure };
}

/** Names in a hostile archive may hold anything and be of any length; an id has at most 1,024 bytes and tells names apart. */
function printable(name: string): string {
  const clean = name.replace(/[\p{Cc}\p{Cs}]/gu, '\uFFFD');
  if (clean === name && name.length <= NAME_CHARS) return name;
  return `${clean.slice(0, NAME_CHARS)}~${crc32(name).toString(16)}`;
}
