const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;

/** What an archive may be, and what reading it may hold in memory. Every number can be overridden. */
export interface ZipLimits {
  /** Directory records, left-out ones included. */
  readonly maxMembers: number;
  /** Sum of the declared sizes. */
  readonly maxTotalBytes: number;
  readonly maxDirectoryBytes: number;
  /** Declared size ÷ compressed size, for members above `ratioFloorBytes`. */
  readonly maxRatio: number;
  readonly ratioFloorBytes: number;
  readonly maxNameBytes: number;
  /** The longest range asked of the source at once. */
  readonly chunkBytes: number;
  /** Directory bytes kept between the check and the listing; a larger directory is read twice. */
  readonly directoryCacheBytes: number;
  /** Encoding of names without the UTF-8 flag: `cp437`, or a label that TextDecoder knows (`shift_jis`, `koi8-r` …). */
  readonly nameCharset: string;
}

export const ZIP_LIMITS: ZipLimits = {
  maxMembers: 250_000, // 30 bytes each are held for the overlap and duplicate checks: 7.5 MB
  maxTotalBytes: 64 * GIB, // what a run of small functions inflates within an hour
  maxDirectoryBytes: 256 * MIB, // 1 KiB a record at the most members; a record alone may claim 192 KiB
  maxRatio: 200, // text reaches 20 to 60; deflate's own ceiling is 1,032
  ratioFloorBytes: 512 * KIB, // below it a high ratio (a blank page, a column of zeros) harms no one
  maxNameBytes: 1_024, // an S3 key
  chunkBytes: 4 * MIB, // 25 requests for 100 MB, and small beside 128 MB of memory
  directoryCacheBytes: 16 * MIB, // the directory of about 150,000 members
  nameCharset: 'cp437', // APPNOTE 4.4.4, appendix D
};

/** The defaults with the caller's own limits laid over them. */
export function withDefaults(limits: Partial<ZipLimits> = {}): ZipLimits {
  return { ...ZIP_LIMITS, ...limits };
}
