/** What a vision model is to the rest of the code: a picture of a page in, its Markdown out. */
import { SmallbatchError } from '../errors.ts';

export interface VisionModel {
  /** As the provider calls it; written to the page records. */
  readonly name: string;
  /**
   * Reads one page (`page` from 1, for messages).
   * @throws SmallbatchError if no answer can be had, or the answer is no transcript (refused, empty, cut off, in another shape)
   */
  transcribe(png: Uint8Array, options: TranscribeOptions): Promise<Transcript>;
}

export interface TranscribeOptions {
  readonly page: number;
  readonly signal?: AbortSignal;
}

export interface Tokens {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export interface Transcript extends Tokens {
  /** Empty for a page that shows nothing. */
  readonly markdown: string;
  readonly ms: number;
}

/** The model answered, and is to be paid, but its answer is no transcript. */
export class UselessAnswerError extends SmallbatchError {
  readonly tokens: Tokens;

  constructor(reason: string, tokens: Tokens) {
    super('UPSTREAM_INVALID', reason);
    this.name = 'UselessAnswerError';
    this.tokens = tokens;
  }
}
