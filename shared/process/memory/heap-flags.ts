/** How a function keeps the heaps of its threads small, and what comes of leaving V8 and malloc as they are. */
import { setFlagsFromString } from 'node:v8';

/**
 * Of PDF pages, 4 MB took up to 1.5 times the CPU and 6 MB 1 % more than 8; with 10 or 12, the RSS grew by up to 15 MB after the
 * hundredth page. Functions below 512 MB have no room for more.
 */
const SEMI_SPACE_MB = 8;
const SMALL_SEMI_SPACE_MB = 4;
const SMALL_FUNCTION_MB = 512;

/** A function's environment, read by malloc. */
export const HEAP_ENVIRONMENT = {
  // An arena for every thread of V8 holds 13 MB more, and is no faster.
  MALLOC_ARENA_MAX: '1',
  // Its default, but fixed: malloc raises it up to the largest block ever freed, and blocks below it then come from its heap, which
  // falls to pieces: 2 to 3 MB more between the hundredth scanned page and the three-hundredth.
  MALLOC_MMAP_THRESHOLD_: String(128 * 1024),
} as const;

/** Flags of V8 for the threads of a function of `memoryMb` that start after they are set. */
export function toHeapFlags(memoryMb: number): readonly string[] {
  const semiSpaceMb = memoryMb < SMALL_FUNCTION_MB ? SMALL_SEMI_SPACE_MB : SEMI_SPACE_MB;
  return [
    // A young generation that doubles on demand added 85 MB over a thousand clusters of PDF pages. Lambda's own flag allows a
    // semi-space of 25 MB of 512; V8 heeds flags rather than a thread's resource limits.
    `--min-semi-space-size=${semiSpaceMb}`,
    `--max-semi-space-size=${semiSpaceMb}`,
    '--semi-space-growth-factor=1',
    // Otherwise nothing is scavenged while a full collection marks, and the heap takes in whatever is allocated meanwhile: 15 MB
    // at once on a busy machine, of which half then stays in V8's pool of pages.
    '--no-separate-gc-phases',
    // A scavenge takes half a millisecond or so; waking other threads for it took 3 % of the CPU of PDF pages. Below 1,769 MB
    // a function has less than one CPU anyway.
    '--no-parallel-scavenge',
    // What a dense page makes lives as long as the page. Now and then V8 concluded from that to allocate it in the old generation
    // at once, which then had to be collected twice a second: 10 MB more, and 10 % more CPU.
    '--no-allocation-site-pretenuring',
  ];
}

/** Keeps the heaps of threads that start from now on as small as they can be without more work; the flags are the process's. */
export function keepHeapsSmall(memoryMb: number): void {
  for (const flag of toHeapFlags(memoryMb)) setFlagsFromString(flag);
}
