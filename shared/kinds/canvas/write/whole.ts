import { SmallbatchError } from '../../../errors.ts';
import type { ProcessContext } from '../../../kind.ts';
import { decodeWhole } from '../../../text/decode.ts';
import { declaredEncoding } from '../../../text/decode-markup.ts';
import { type XmlRecord, xmlRecords } from '../../../xml/records.ts';
import type { ZipMember } from '../../../zip/archive.ts';
import { readMemberWhole } from '../../../zip/member.ts';

/** The text of one item is held whole; the largest page seen has 1 MB. */
const MAX_WHOLE_BYTES = 8 * 1024 * 1024;

/** Throws ITEM_TOO_LARGE. */
export async function wholeBytes(
  member: ZipMember,
  context: ProcessContext<unknown>,
  maxBytes = MAX_WHOLE_BYTES,
): Promise<Uint8Array> {
  if (member.bytes <= maxBytes) return await readMemberWhole(context.source, member, maxBytes);
  const found = `${member.bytes} bytes, at most ${maxBytes} of such a file are read`;
  throw new SmallbatchError('ITEM_TOO_LARGE', `${member.name}: ${found}`);
}

/** HTML or XML as text, in the encoding that it declares. */
export async function wholeMarkup(member: ZipMember, context: ProcessContext<unknown>): Promise<string> {
  const bytes = await wholeBytes(member, context);
  return decodeWhole(bytes, declaredEncoding(bytes));
}

/** The records of a settings file; none where there is no such file. */
export async function memberRecords(
  member: ZipMember | undefined,
  names: readonly string[],
  context: ProcessContext<unknown>,
): Promise<readonly XmlRecord[]> {
  if (member === undefined) return [];
  return (await xmlRecords(once(await wholeMarkup(member, context)), names)).records;
}

async function* once(text: string): AsyncGenerator<string> {
  yield text;
}
