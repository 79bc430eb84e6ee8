// APPNOTE 4.5: a record's extra data is a row of fields: id (2), size (2), data (size).
const FIELD_HEADER_BYTES = 4;

export const EXTRA_ZIP64 = 0x0001; // 4.5.3
export const EXTRA_UNICODE_PATH = 0x7075; // 4.6.9

/** The data of the first field with this id. A field that runs past the end is not found. */
export function findExtra(extra: Buffer, id: number): Buffer | undefined {
  for (const field of extraFields(extra)) if (field.id === id) return field.data;
  return undefined;
}

/** Does a field run past the end? Up to 3 bytes left over are padding, as zipalign writes it. */
export function isExtraBroken(extra: Buffer): boolean {
  let end = 0;
  for (const field of extraFields(extra)) end = field.end;
  return extra.length - end >= FIELD_HEADER_BYTES;
}

function* extraFields(extra: Buffer): Generator<{ id: number; data: Buffer; end: number }> {
  let at = 0;
  while (at + FIELD_HEADER_BYTES <= extra.length) {
    const start = at + FIELD_HEADER_BYTES;
    const end = start + extra.readUInt16LE(at + 2);
    if (end > extra.length) return;
    yield { id: extra.readUInt16LE(at), data: extra.subarray(start, end), end };
    at = end;
  }
}
