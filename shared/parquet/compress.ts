import { constants, zstdCompressSync } from 'node:zlib';

/** Level 3 took 1.5 times as long for 3 % fewer bytes of stop times. */
const LEVEL = 1;
const CHUNK_BYTES = 64 * 1024;

/** Zstandard. Told the size beforehand, it takes only the memory that so many bytes need; what it takes brings on collections. */
export function compress(bytes: Uint8Array): Buffer {
  return zstdCompressSync(bytes, {
    params: { [constants.ZSTD_c_compressionLevel]: LEVEL },
    pledgedSrcSize: bytes.length,
    chunkSize: CHUNK_BYTES,
  });
}
