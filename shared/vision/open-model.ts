/** From a config, plain JSON without its key, to a model. */
import * as z from 'zod';
import { openHttp } from '../http/http.ts';
import { openBedrockModel } from './bedrock.ts';
import { openChatModel } from './chat-completions.ts';
import { chatParameters, withBound } from './parameters.ts';
import type { VisionModel } from './vision-model.ts';

/** A slow model takes a minute for a dense page. */
const DEFAULT_TIMEOUT_MS = 120_000;
/** Four attempts of that, and what `Retry-After` may ask for between them. */
const DEFAULT_PAGE_MS = 600_000;
const TIMEOUT_MS = { least: 1_000, most: 600_000 } as const;
const DEFAULT_ATTEMPTS = 4;
const MAX_ATTEMPTS = 10;
/** The densest page has about 6,000; a model that repeats itself forever is stopped there. */
const MAX_TOKENS = 8_192;

const limits = {
  timeoutMs: z.int().min(TIMEOUT_MS.least).max(TIMEOUT_MS.most).default(DEFAULT_TIMEOUT_MS),
  attempts: z.int().min(1).max(MAX_ATTEMPTS).default(DEFAULT_ATTEMPTS),
};

export const visionModelSchema = z.discriminatedUnion('provider', [
  z.strictObject({
    /** Any server that speaks the chat-completions protocol. */
    provider: z.literal('openai'),
    endpoint: z.url({ protocol: /^https?$/ }),
    model: z.string().min(1),
    /** In place of these defaults; newer models of OpenAI want `{"max_completion_tokens": 8192}`. */
    parameters: chatParameters
      .transform((given) => withBound(given, MAX_TOKENS))
      .default({ temperature: 0, max_tokens: MAX_TOKENS }),
    /** Of a page, with all attempts and pauses. */
    pageMs: z.int().min(TIMEOUT_MS.least).default(DEFAULT_PAGE_MS),
    ...limits,
  }),
  z.strictObject({
    provider: z.literal('bedrock'),
    model: z.string().min(1),
    region: z.string().min(1).optional(),
    maxTokens: z.int().positive().default(MAX_TOKENS),
    ...limits,
  }),
]);

export type VisionModelConfig = z.infer<typeof visionModelSchema>;

export interface ModelAccess {
  /** For the endpoint; Bedrock takes the role's credentials. */
  readonly key?: string;
  /** Hosts that may have a private address. */
  readonly allowedHosts?: readonly string[];
}

export interface OpenVisionModel extends VisionModel {
  /** Ends its connections. */
  close(): Promise<void>;
}

export function openVisionModel(config: VisionModelConfig, access: ModelAccess = {}): OpenVisionModel {
  if (config.provider === 'bedrock') {
    const model = openBedrockModel(config);
    return { ...model, close: async () => model.close() };
  }
  const { timeoutMs, attempts } = config;
  // Servers send nothing before the whole answer is written.
  const silence = { headersMs: timeoutMs, silenceMs: timeoutMs };
  const http = openHttp({ allowedHosts: access.allowedHosts ?? [], attempts, ...silence });
  return { ...openChatModel(config, http, access.key), close: () => http.close() };
}
