/** Bytes of an operand by the three high bits of its code ([MS-DOC] 2.2.5.1); 6 stands for a length that is written before it. */
const OPERAND_BYTES = [1, 1, 2, 4, 2, 2, 0, 3] as const;
const VARIABLE = 6;
/** The one whose length has two bytes. */
const TABLE_DEFINITION = 0xd608;

/** Properties by their code, as far as an operand of one or two bytes says. What is cut off ends them. */
export function sprms(bytes: Buffer): Map<number, number> {
  const values = new Map<number, number>();
  let at = 0;
  while (at + 3 <= bytes.length) {
    const code = bytes.readUInt16LE(at);
    const size = operandBytes(bytes, at + 2, code);
    const value = bytes.subarray(at + 2, at + 2 + size);
    if (value.length > 0) values.set(code, value.length === 1 ? value.readUInt8(0) : value.readUInt16LE(0));
    at += 2 + size;
  }
  return values;
}

function operandBytes(bytes: Buffer, at: number, code: number): number {
  if (code === TABLE_DEFINITION) return at + 2 <= bytes.length ? bytes.readUInt16LE(at) + 1 : bytes.length;
  const kind = code >> 13;
  return kind === VARIABLE ? 1 + bytes.readUInt8(at) : (OPERAND_BYTES[kind] ?? 1);
}
