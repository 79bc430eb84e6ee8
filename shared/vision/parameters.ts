/** What may be asked of a model beside its transcript: run options come with an upload, and `n: 128` costs 128 answers a page. */
import * as z from 'zod';

/** The densest page has about 6,000 tokens; a model that thinks aloud needs some times that. */
const MAX_TOKENS = 32_768;

const tokens = z.int().positive().max(MAX_TOKENS);

export const chatParameters = z.strictObject({
  temperature: z.number().min(0).max(2).optional(),
  top_p: z.number().min(0).max(1).optional(),
  top_k: z.int().positive().optional(),
  seed: z.int().optional(),
  max_tokens: tokens.optional(),
  max_completion_tokens: tokens.optional(),
  frequency_penalty: z.number().min(-2).max(2).optional(),
  presence_penalty: z.number().min(-2).max(2).optional(),
  repetition_penalty: z.number().min(0).max(2).optional(),
  reasoning_effort: z.enum(['none', 'minimal', 'low', 'medium', 'high']).optional(),
  /** Whether a model thinks aloud, as vLLM and SGLang are told. */
  chat_template_kwargs: z.strictObject({ enable_thinking: z.boolean() }).optional(),
});
export type ChatParameters = z.infer<typeof chatParameters>;

/** Without a bound of its own an answer may be as long as the model likes. */
export const withBound = (given: ChatParameters, maxTokens: number): ChatParameters =>
  given.max_tokens === undefined && given.max_completion_tokens === undefined
    ? { ...given, max_tokens: maxTokens }
    : given;
