import type { Exit } from './function-process.ts';

/** How an invocation came to its end, as the instance saw it. `body` is undefined when it was over the size limit. */
export type Ending =
  | { readonly type: 'response' | 'error'; readonly body: string | undefined }
  | { readonly type: 'deadline' }
  | { readonly type: 'gone'; readonly exit: Exit };

export interface Served {
  readonly ending: Ending;
  readonly durationMs: number;
  /** 0 when the instance was warm. */
  readonly initMs: number;
  readonly peakRssMb: number;
}
