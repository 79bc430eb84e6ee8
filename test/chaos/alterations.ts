import type { Alteration } from '../support/stack/alteration.ts';

/** Limits that runs of a hundred items reach: several plan parts, slices and levels of the set tree, and hand-ons between them. */
export const SMALL: readonly Alteration[] = [
  { file: 'shared/run/ledger.ts', from: 'BLOCK_CLUSTERS = 128', to: 'BLOCK_CLUSTERS = 8' },
  { file: 'shared/run/slice.ts', from: 'SLICE_ITEMS = 4096', to: 'SLICE_ITEMS = 32' },
];

/** Pauses that a run of seconds can wait for: a long trouble of the services is as long as any other. */
export const IMPATIENT: readonly Alteration[] = [
  {
    file: 'shared/aws/retries.ts',
    from: 'TROUBLE_SECONDS: readonly number[] = [10, 30, 90, 300, 600]',
    to: 'TROUBLE_SECONDS: readonly number[] = [1, 2, 4, 6, 8]',
  },
];

/** Bugs that chaos must find: each breaks one promise of the engine. */
export const PLANTS: Readonly<Record<string, readonly Alteration[]>> = {
  /** A redelivered cluster is counted again. */
  'completion-without-condition': [
    {
      file: 'shared/run/ledger.ts',
      from: "condition: anyOf(isAbsent('done'), lacks('done', index)),",
      to: '',
    },
  ],
  /** The event is out before the record says that the run has ended. */
  'event-before-flag': [
    {
      file: 'shared/finish/finish.ts',
      from: "return typeof outcome === 'string' ?",
      to: "if (typeof outcome !== 'string') await emitRunCompleted({ ...publishing.run, ...outcome });\n  return typeof outcome === 'string' ?",
    },
  ],
  /** A redelivered cluster writes another object. */
  'result-key-by-chance': [
    {
      file: 'shared/run/keys.ts',
      from: '/clusters/$',
      to: `/clusters/\${Math.floor(Math.random() * 2)}-$`,
    },
  ],
};
