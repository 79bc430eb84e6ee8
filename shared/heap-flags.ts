import { setFlagsFromString } from 'node:v8';

const SEMI_SPACE_MB = 4;
/** V8 counts a young generation as three semi-spaces. */
export const YOUNG_GENERATION_MB = 3 * SEMI_SPACE_MB;

const FLAGS = [
  // A scavenge of so much takes 0.3 ms. A young generation that doubles on demand added 85 MB over a thousand clusters of PDF
  // pages; Lambda's own flag allows 25 MB of 512, and V8 heeds flags before a thread's resource limits.
  `--min-semi-space-size=${SEMI_SPACE_MB}`,
  `--max-semi-space-size=${SEMI_SPACE_MB}`,
  '--semi-space-growth-factor=1',
  // Otherwise nothing is scavenged while a full collection marks, and the heap takes in whatever is allocated meanwhile: 15 MB
  // at once on a busy machine, of which half then stays in V8's pool of pages.
  '--no-separate-gc-phases',
  // The compiler before TurboFan: its code and what it needs to compile were 9 MB more.
  '--no-maglev',
];

/** Keeps the heaps of threads that start from now on as small as they can be without more work; they are the process's flags. */
export function keepHeapsSmall(): void {
  for (const flag of FLAGS) setFlagsFromString(flag);
}
