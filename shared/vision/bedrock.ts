/** A model on Amazon Bedrock, by its Converse API. The SDK is loaded at the first page. */
import type { BedrockRuntimeClient, ConverseCommandOutput } from '@aws-sdk/client-bedrock-runtime';
import { SmallbatchError } from '../errors.ts';
import { parseAnswer } from './answer.ts';
import { PROMPT } from './prompt.ts';
import { type Tokens, type TranscribeOptions, UselessAnswerError, type VisionModel } from './vision-model.ts';

export interface BedrockModelConfig {
  /** Model or inference profile id. */
  readonly model: string;
  /** Default: the function's. */
  readonly region?: string;
  readonly maxTokens: number;
  /** Of a page, with all attempts. */
  readonly timeoutMs: number;
  readonly attempts: number;
}

/** Why Converse ended, where what it wrote is not the whole page (Bedrock API reference, Converse, stopReason). */
const USELESS_STOPS: Readonly<Record<string, string>> = {
  max_tokens: 'the answer was cut off (stopReason max_tokens)',
  model_context_window_exceeded: 'the answer was cut off (stopReason model_context_window_exceeded)',
  content_filtered: 'the answer was withheld (stopReason content_filtered)',
  guardrail_intervened: 'the answer was withheld (stopReason guardrail_intervened)',
};

/** Credentials are the function's role, or what the SDK finds on the machine. Throttled calls are repeated by the SDK. */
export function openBedrockModel(config: BedrockModelConfig): VisionModel & { close(): void } {
  let loaded: Promise<Converse> | undefined;
  let client: BedrockRuntimeClient | undefined;
  const load = async (): Promise<Converse> => {
    const { BedrockRuntimeClient, ConverseCommand } = await import('@aws-sdk/client-bedrock-runtime');
    const opened = new BedrockRuntimeClient({ region: config.region, maxAttempts: config.attempts });
    client = opened;
    return async (png, abortSignal) =>
      await opened.send(new ConverseCommand(toInput(config, png)), { abortSignal });
  };
  return {
    name: config.model,
    async transcribe(png, options) {
      loaded ??= load();
      const converse = await loaded;
      const start = performance.now();
      const output = await tryConverse(converse, png, options, config.timeoutMs);
      const tokens = tokensOf(output);
      return {
        markdown: parseAnswer(textOf(output, tokens), tokens),
        ...tokens,
        ms: performance.now() - start,
      };
    },
    close: () => client?.destroy(),
  };
}

type Converse = (png: Uint8Array, signal: AbortSignal) => Promise<ConverseCommandOutput>;

function toInput({ model, maxTokens }: BedrockModelConfig, bytes: Uint8Array) {
  return {
    modelId: model,
    inferenceConfig: { maxTokens, temperature: 0 },
    messages: [
      {
        role: 'user' as const,
        content: [{ text: PROMPT }, { image: { format: 'png' as const, source: { bytes } } }],
      },
    ],
  };
}

async function tryConverse(
  converse: Converse,
  png: Uint8Array,
  { page, signal }: TranscribeOptions,
  timeoutMs: number,
): Promise<ConverseCommandOutput> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    return await converse(png, signal ? AbortSignal.any([signal, timeout]) : timeout);
  } catch (error) {
    signal?.throwIfAborted();
    const found = timeout.aborted ? `no answer within ${timeoutMs / 1000} s` : toMessage(error);
    throw new SmallbatchError(codeOf(error), `page ${page}: Bedrock: ${found}`);
  }
}

function toMessage(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

function codeOf(
  error: unknown,
): 'UPSTREAM_REFUSED' | 'UPSTREAM_MISSING' | 'UPSTREAM_FAILED' | 'UPSTREAM_INVALID' {
  if (error instanceof SyntaxError) return 'UPSTREAM_INVALID';
  const name = error instanceof Error ? error.name : '';
  if (name === 'AccessDeniedException') return 'UPSTREAM_REFUSED';
  return name === 'ResourceNotFoundException' ? 'UPSTREAM_MISSING' : 'UPSTREAM_FAILED';
}

function tokensOf({ usage }: ConverseCommandOutput): Tokens {
  return { inputTokens: usage?.inputTokens ?? 0, outputTokens: usage?.outputTokens ?? 0 };
}

function textOf({ output, stopReason }: ConverseCommandOutput, tokens: Tokens): string {
  const useless = USELESS_STOPS[stopReason ?? ''];
  if (useless) throw new UselessAnswerError(useless, tokens);
  const content = output?.message?.content;
  if (!content) throw new UselessAnswerError('expected output.message.content, found none', tokens);
  return content.map(({ text = '' }) => text).join('');
}
