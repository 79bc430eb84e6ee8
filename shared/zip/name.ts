import { isAscii, isUtf8 } from 'node:buffer';
import { crc32 } from 'node:zlib';
import { decodeCp437 } from './cp437.ts';
import { ZipError } from './errors.ts';
import { EXTRA_UNICODE_PATH, findExtra } from './extra-field.ts';

const FLAG_UTF8 = 0x800; // APPNOTE 4.4.4, bit 11
const SHOWN_CHARACTERS = 120; // of a name in a message; a name may have 65,535

/** The fields of a header, local or central, that its name comes from. */
export interface NamedHeader {
  readonly rawName: Buffer;
  readonly extra: Buffer;
  readonly flags: number;
}

/** Decodes a name; undefined if its bytes are not valid in the encoding that they must have. */
export type NameDecoder = (bytes: Buffer, flags: number) => string | undefined;

/**
 * UTF-8 where the flag says so; else the declared charset, and with none declared UTF-8 if the bytes are valid UTF-8 (macOS
 * and older Pythons leave the flag out), else CP437. Throws RangeError for a charset that TextDecoder does not know.
 */
export function nameDecoder(charset: string): NameDecoder {
  const utf8 = toDecoder(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }));
  const legacy =
    charset === 'cp437'
      ? (bytes: Buffer) => (isUtf8(bytes) ? utf8(bytes) : decodeCp437(bytes))
      : toDecoder(new TextDecoder(charset, { fatal: true }));
  return (bytes, flags) => {
    if (isAscii(bytes)) return bytes.toString('latin1');
    return flags & FLAG_UTF8 ? utf8(bytes) : legacy(bytes);
  };
}

function toDecoder(decoder: InstanceType<typeof TextDecoder>): (bytes: Buffer) => string | undefined {
  return (bytes) => {
    try {
      return decoder.decode(bytes);
    } catch (error) {
      if (error instanceof TypeError) return undefined;
      throw error;
    }
  };
}

/** The name, and the one in the plain field, which differs where a Unicode extra field applies. Throws NAME_ENCODING. */
export function readName(
  header: NamedHeader,
  decode: NameDecoder,
  offset: number,
): { name: string; plainName: string } {
  const plainName = decode(header.rawName, header.flags);
  if (plainName === undefined)
    throw new ZipError('NAME_ENCODING', {
      member: showRawName(header.rawName),
      offset,
      expected: header.flags & FLAG_UTF8 ? 'UTF-8, as the flag says' : 'the declared charset',
      found: `0x${header.rawName.toString('hex', 0, SHOWN_CHARACTERS / 2)}`,
    });
  return { name: unicodeName(header) ?? plainName, plainName };
}

/** The Info-ZIP Unicode path, if it was made for this very name: its CRC-32 is that of the plain bytes. */
function unicodeName({ rawName, extra, flags }: NamedHeader): string | undefined {
  if (flags & FLAG_UTF8) return undefined;
  const field = findExtra(extra, EXTRA_UNICODE_PATH);
  if (field === undefined || field.length < 5 || field[0] !== 1) return undefined;
  const name = field.subarray(5);
  if (field.readUInt32LE(1) !== crc32(rawName) || !isUtf8(name)) return undefined;
  return name.toString('utf8');
}

/** A name that can be printed: control characters as `\u{…}`, cut to a length that fits a message. */
export function showName(name: string): string {
  const shown = name.length > SHOWN_CHARACTERS ? `${name.slice(0, SHOWN_CHARACTERS)}…` : name;
  return shown.replace(
    /[\p{Cc}\p{Cf}\p{Cs}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** A name as far as it can be read without its encoding. */
export function showRawName(rawName: Buffer): string {
  return showName(rawName.toString(isUtf8(rawName) ? 'utf8' : 'latin1'));
}
