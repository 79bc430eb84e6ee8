/** What every command's exit code means. */
export const EXIT = { done: 0, failed: 1, usage: 2, partly: 3, interrupted: 130 } as const;

export const EXIT_TEXT = [
  [EXIT.done, 'done'],
  [EXIT.failed, 'failed'],
  [EXIT.usage, 'wrong usage'],
  [EXIT.partly, 'done, but some of it failed'],
  [EXIT.interrupted, 'interrupted'],
] as const;
