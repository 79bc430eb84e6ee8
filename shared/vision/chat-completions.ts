/** A model behind the chat-completions protocol: OpenAI's, and what vLLM, Ollama, llama.cpp, OpenRouter and others speak too. */
import * as z from 'zod';
import { SmallbatchError, toFailure } from '../errors.ts';
import type { Http } from '../http/http.ts';
import { hideSecret, withoutSecrets } from '../safe-text/secrets.ts';
import { parseAnswer } from './answer.ts';
import { PROMPT } from './prompt.ts';
import { type Tokens, type TranscribeOptions, UselessAnswerError, type VisionModel } from './vision-model.ts';

export interface ChatModelConfig {
  /** The base URL, e.g. `https://api.openai.com/v1`. */
  readonly endpoint: string;
  readonly model: string;
  /** Sent as they are beside model and messages. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Of one attempt. */
  readonly timeoutMs: number;
  /** Of a page, with all attempts and pauses. */
  readonly pageMs: number;
}

/** A page of 10,000 tokens is 60 KB; the rest is room for reasoning that some servers send along. */
const MAX_REPLY_BYTES = 4 * 1024 * 1024;

const textPart = z.object({ type: z.string(), text: z.string().optional() });

const replySchema = z.object({
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({
          content: z.union([z.string(), z.array(textPart)]).nullish(),
          refusal: z.string().nullish(),
        }),
      }),
    )
    .min(1),
  usage: z.object({ prompt_tokens: z.number().nullish(), completion_tokens: z.number().nullish() }).nullish(),
});

type Reply = z.infer<typeof replySchema>;

/** The key is sent to `endpoint` and gets into no message, cause or transcript. */
export function openChatModel(config: ChatModelConfig, http: Http, key: string | undefined): VisionModel {
  if (key) hideSecret(key);
  const url = toUrl(config.endpoint);
  const headers = { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) };
  return {
    name: config.model,
    async transcribe(png, options) {
      const start = performance.now();
      const deadline = AbortSignal.timeout(config.pageMs);
      try {
        const reply = await http.json(url, replySchema, {
          method: 'POST',
          headers,
          body: toBody(config, png),
          timeoutMs: config.timeoutMs,
          maxBytes: MAX_REPLY_BYTES,
          signal: options.signal ? AbortSignal.any([options.signal, deadline]) : deadline,
        });
        const tokens = tokensOf(reply);
        const markdown = withoutSecrets(parseAnswer(textOf(reply, tokens), tokens));
        return { markdown, ...tokens, ms: performance.now() - start };
      } catch (error) {
        throw toPageError(deadline.aborted ? tooLate(url, config.pageMs) : error, options);
      }
    },
  };
}

function toUrl(endpoint: string): string {
  const url = new URL(endpoint);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/chat/completions`;
  return url.href;
}

function toBody({ model, parameters }: ChatModelConfig, png: Uint8Array): string {
  const url = `data:image/png;base64,${Buffer.from(png.buffer, png.byteOffset, png.byteLength).toString('base64')}`;
  const content = [
    { type: 'text', text: PROMPT },
    { type: 'image_url', image_url: { url } },
  ];
  return JSON.stringify({ ...parameters, model, messages: [{ role: 'user', content }] });
}

function tokensOf({ usage }: Reply): Tokens {
  return { inputTokens: usage?.prompt_tokens ?? 0, outputTokens: usage?.completion_tokens ?? 0 };
}

function textOf({ choices: [choice] }: Reply, tokens: Tokens): string {
  const { finish_reason: reason, message } = choice ?? {};
  if (message?.refusal)
    throw new UselessAnswerError(`the model refused: "${message.refusal.slice(0, 120)}"`, tokens);
  if (reason === 'length')
    throw new UselessAnswerError('the answer was cut off (finish_reason length)', tokens);
  if (reason === 'content_filter')
    throw new UselessAnswerError('the answer was withheld (finish_reason content_filter)', tokens);
  const content = message?.content ?? '';
  return typeof content === 'string' ? content : content.map(({ text = '' }) => text).join('');
}

function tooLate(url: string, pageMs: number): SmallbatchError {
  return new SmallbatchError(
    'UPSTREAM_FAILED',
    `${url}: no answer within ${pageMs / 1000} s, all attempts counted`,
  );
}

/** Its causes are left behind, for they may quote the key. */
function toPageError(error: unknown, { page, signal }: TranscribeOptions): Error {
  signal?.throwIfAborted();
  if (error instanceof UselessAnswerError) return error;
  const { code, message } = toFailure(error);
  return new SmallbatchError(code, `page ${page}: ${message}`);
}
