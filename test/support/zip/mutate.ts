/** Mutations for fuzzing, drawn from a seeded generator: the same seed gives the same mutants. */

/** A number in [0, limit). */
export type Random = (limit: number) => number;

/** mulberry32: 32 bits of state, good enough to spread mutations. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

const MAX_MUTATIONS = 3;
/** Values at which sizes, counts and offsets go wrong. */
const EDGES = [
  0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
];

/** One of the seeds with one to three mutations. */
export function toMutant(seeds: readonly Buffer[], random: Random): Buffer {
  let bytes: Buffer = Buffer.from(pick(seeds, random));
  const mutations = 1 + random(MAX_MUTATIONS);
  for (let left = mutations; left > 0 && bytes.length > 0; left -= 1)
    bytes = pick(MUTATIONS, random)(bytes, random, seeds);
  return bytes;
}

type Mutation = (bytes: Buffer, random: Random, seeds: readonly Buffer[]) => Buffer;

const setBit: Mutation = (bytes, random) => {
  const at = random(bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
  return bytes;
};

const setByte: Mutation = (bytes, random) => {
  bytes[random(bytes.length)] = random(256);
  return bytes;
};

/** An edge value of 1, 2 or 4 bytes, or of 8 with the edge in the upper or lower half. */
const setEdge: Mutation = (bytes, random) => {
  const edge = Buffer.alloc(8);
  edge.writeUInt32LE(pick(EDGES, random), 4 * random(2));
  const width = pick([1, 2, 4, 8], random);
  edge.copy(bytes, random(bytes.length), 0, width);
  return bytes;
};

/** A small change to a 16- or 32-bit field: off by one, or by a few. */
const nudge: Mutation = (bytes, random) => {
  if (bytes.length < 4) return bytes;
  const at = random(bytes.length - 3);
  const by = random(17) - 8;
  bytes.writeUInt32LE((bytes.readUInt32LE(at) + by) >>> 0, at);
  return bytes;
};

const cut: Mutation = (bytes, random) => {
  const at = random(bytes.length);
  return random(2) === 0 ? bytes.subarray(0, at) : bytes.subarray(at);
};

/** Copies a stretch to another place: over what is there, or in between. */
const copyStretch: Mutation = (bytes, random) => {
  const stretch = Buffer.from(stretchOf(bytes, random));
  const at = random(bytes.length);
  const resume = random(2) === 0 ? at : Math.min(bytes.length, at + stretch.length);
  return Buffer.concat([bytes.subarray(0, at), stretch, bytes.subarray(resume)]);
};

const remove: Mutation = (bytes, random) => {
  const at = random(bytes.length);
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random(20))]);
};

/** The front of one archive with the back of another. */
const splice: Mutation = (bytes, random, seeds) => {
  const other = pick(seeds, random);
  return Buffer.concat([bytes.subarray(0, random(bytes.length)), other.subarray(random(other.length))]);
};

/** Three quarters change values in place: the others mostly end at the first check, the layout. */
const IN_PLACE = [setBit, setByte, setEdge, nudge];
const MUTATIONS: readonly Mutation[] = [
  ...IN_PLACE,
  ...IN_PLACE,
  ...IN_PLACE,
  cut,
  copyStretch,
  remove,
  splice,
];

function stretchOf(bytes: Buffer, random: Random): Buffer {
  const start = random(bytes.length);
  return bytes.subarray(start, start + 1 + random(100));
}

function pick<T>(values: readonly T[], random: Random): T {
  const value = values[random(values.length)];
  if (value === undefined) throw new RangeError('expected a value to pick, found none');
  return value;
}
