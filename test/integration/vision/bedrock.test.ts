import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type OpenVisionModel,
  openVisionModel,
  visionModelSchema,
} from '../../../shared/vision/open-model.ts';
import {
  converse,
  later,
  type Reply,
  startConverseServer,
  type VisionServer,
} from '../../support/http/vision-server.ts';

const SECRET = 'loopback-secret-0123456789';
const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 1, 2, 3);

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIALOOPBACK');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', SECRET);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

async function transcribe(
  limits: { timeoutMs?: number; attempts?: number },
  ...replies: Reply[]
): Promise<{ server: VisionServer; answer: Awaited<ReturnType<OpenVisionModel['transcribe']>> | Error }> {
  await using server = await startConverseServer(...replies);
  vi.stubEnv('AWS_ENDPOINT_URL_BEDROCK_RUNTIME', server.origin);
  const model = openVisionModel(
    visionModelSchema.parse({ provider: 'bedrock', model: 'vendor.reader-v1:0', ...limits }),
  );
  try {
    const answer = await model.transcribe(PNG, { page: 7 }).catch((error: Error) => error);
    return { server, answer };
  } finally {
    await model.close();
  }
}

const refuse =
  (status: number, name: string): Reply =>
  () => ({
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': name },
    body: JSON.stringify({ message: 'not now' }),
  });

describe('a page read by Bedrock Converse', () => {
  it('is sent as bytes and comes with its tokens', async () => {
    const { server, answer } = await transcribe({}, () => converse('```markdown\n# Seen\n```'));

    expect(answer).toEqual({
      markdown: '# Seen',
      inputTokens: 1000,
      outputTokens: 200,
      ms: expect.any(Number),
    });
    expect(server.calls[0]?.url).toBe('/model/vendor.reader-v1%3A0/converse');
    expect(JSON.parse(server.calls[0]?.body ?? '')).toMatchObject({
      inferenceConfig: { maxTokens: 8192, temperature: 0 },
      messages: [
        {
          role: 'user',
          content: [{}, { image: { format: 'png', source: { bytes: Buffer.from(PNG).toString('base64') } } }],
        },
      ],
    });
  });

  it('is asked for again when it is throttled', async () => {
    const { server, answer } = await transcribe({ attempts: 3 }, refuse(429, 'ThrottlingException'), () =>
      converse('Second try.'),
    );

    expect(answer).toMatchObject({ markdown: 'Second try.' });
    expect(server.calls).toHaveLength(2);
  });

  it.each<[string, Reply, string, RegExp]>([
    [
      'is throttled each time',
      refuse(429, 'ThrottlingException'),
      'UPSTREAM_FAILED',
      /^page 7: Bedrock: ThrottlingException/,
    ],
    [
      'may not be asked for',
      refuse(403, 'AccessDeniedException'),
      'UPSTREAM_REFUSED',
      /AccessDeniedException/,
    ],
    ['names no model', refuse(404, 'ResourceNotFoundException'), 'UPSTREAM_MISSING', /ResourceNotFound/],
    ['takes too long', () => later(3000, converse('Late.')), 'UPSTREAM_FAILED', /no answer within 1 s/],
    [
      'is cut off',
      () => converse('# Half', 'max_tokens'),
      'UPSTREAM_INVALID',
      /cut off \(stopReason max_tokens\)/,
    ],
    ['is withheld', () => converse('', 'guardrail_intervened'), 'UPSTREAM_INVALID', /withheld/],
    ['is refused', () => converse("I'm sorry, I can't process this image."), 'UPSTREAM_INVALID', /refused/],
    [
      'has another shape',
      () => ({ body: '{"completion":"x"}' }),
      'UPSTREAM_INVALID',
      /expected output.message.content/,
    ],
    ['is no JSON', () => ({ body: converse('# Seen').body.slice(0, 40) }), 'UPSTREAM_INVALID', /SyntaxError/],
  ])('that %s is an error without a secret', async (_name, reply, code, message) => {
    const { answer } = await transcribe({ attempts: 2, timeoutMs: 1000 }, reply);

    expect(answer).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(String(answer)).not.toContain(SECRET);
  });
});
