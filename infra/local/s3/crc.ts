/**
 * The reflected CRCs that S3 knows and zlib does not, and the CRC of two joined byte strings.
 * Parameters: https://reveng.sourceforge.io/crc-catalogue/ (CRC-32/ISCSI, CRC-64/NVME); init and xorout are all ones.
 */
export const CRC_POLYNOMIALS = {
  CRC32: { bits: 32, polynomial: 0xedb88320n },
  CRC32C: { bits: 32, polynomial: 0x82f63b78n },
  CRC64NVME: { bits: 64, polynomial: 0x9a6c9329ac4bc9b5n },
} as const;

export type CrcName = keyof typeof CRC_POLYNOMIALS;

const LOW = 0xffffffffn;

function tableOf(polynomial: bigint): { low: Uint32Array; high: Uint32Array } {
  const low = new Uint32Array(256);
  const high = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let value = BigInt(byte);
    for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ polynomial : value >> 1n;
    low[byte] = Number(value & LOW);
    high[byte] = Number(value >> 32n);
  }
  return { low, high };
}

const CRC32C_TABLE = tableOf(CRC_POLYNOMIALS.CRC32C.polynomial).low;
const CRC64_TABLE = tableOf(CRC_POLYNOMIALS.CRC64NVME.polynomial);

/** CRC-32C of `chunk`, going on from `previous` (0 at the start). */
export function crc32c(chunk: Uint8Array, previous: number): number {
  let crc = ~previous;
  for (const byte of chunk) crc = (crc >>> 8) ^ (CRC32C_TABLE[(crc ^ byte) & 0xff] ?? 0);
  return ~crc >>> 0;
}

/** CRC-64/NVME in two 32-bit halves, because BigInt arithmetic per byte is some 50 times slower. */
export interface Crc64 {
  readonly high: number;
  readonly low: number;
}

/** CRC-64/NVME of `chunk`, going on from `previous` (both halves 0 at the start). */
export function crc64nvme(chunk: Uint8Array, previous: Crc64): Crc64 {
  let high = ~previous.high;
  let low = ~previous.low;
  for (const byte of chunk) {
    const index = (low ^ byte) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ (CRC64_TABLE.low[index] ?? 0);
    high = (high >>> 8) ^ (CRC64_TABLE.high[index] ?? 0);
  }
  return { high: ~high >>> 0, low: ~low >>> 0 };
}

/** Product of two polynomials modulo the CRC's; the highest bit is x^0. */
function multiply(name: CrcName, left: bigint, right: bigint): bigint {
  const { bits, polynomial } = CRC_POLYNOMIALS[name];
  let product = 0n;
  let factor = right;
  for (let bit = BigInt(bits) - 1n; bit >= 0n; bit--) {
    if ((left >> bit) & 1n) product ^= factor;
    factor = factor & 1n ? (factor >> 1n) ^ polynomial : factor >> 1n;
  }
  return product;
}

/** x^(8 · bytes): what a CRC is multiplied by when that many bytes follow. */
export function shiftOf(name: CrcName, bytes: number): bigint {
  const one = 1n << BigInt(CRC_POLYNOMIALS[name].bits - 1);
  let power = one >> 8n;
  let result = one;
  for (let rest = bytes; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = multiply(name, result, power);
    power = multiply(name, power, power);
  }
  return result;
}

/** CRC of A followed by B, from both CRCs and `shiftOf(name, B's length)`. */
export function joinCrc(name: CrcName, first: bigint, second: bigint, shift: bigint): bigint {
  return multiply(name, first, shift) ^ second;
}
