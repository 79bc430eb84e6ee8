import type * as z from 'zod';
import { SmallbatchError } from '../errors.ts';
import { JsonBounds, JsonBoundsError } from '../json/bounds.ts';
import { toIssues } from '../safe-text/issues.ts';
import { plainBody } from './plain-body.ts';
import { type HttpReply, toPlace } from './reply.ts';

/** Characters of a wrong body that an error shows. */
const EXCERPT_CHARS = 80;

interface Limits {
  readonly maxBytes: number;
  readonly isSecret?: boolean;
}

/** A reply's body, parsed. @throws SmallbatchError UPSTREAM_INVALID with the body's beginning */
export async function readJson<T>(reply: HttpReply, schema: z.ZodType<T>, limits: Limits): Promise<T> {
  const chunks: Uint8Array[] = [];
  try {
    await collect(reply, limits.maxBytes, chunks);
    return parse(textOf(chunks), schema);
  } catch (error) {
    if (!(error instanceof Found || error instanceof JsonBoundsError)) throw error;
    const excerpt = limits.isSecret
      ? ''
      : `; it begins with ${JSON.stringify(textOf(chunks).slice(0, EXCERPT_CHARS))}`;
    throw new SmallbatchError(
      'UPSTREAM_INVALID',
      `${toPlace(new URL(reply.url))}: expected the protocol's JSON, found ${error.message}${excerpt}`,
    );
  }
}

/** What was found in place of the JSON. */
class Found extends Error {}

async function collect(reply: HttpReply, maxBytes: number, chunks: Uint8Array[]): Promise<void> {
  const bounds = new JsonBounds();
  let bytes = 0;
  for await (const chunk of plainBody(reply)) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Found(`more than ${maxBytes} bytes`);
    bounds.see(chunk);
  }
}

function parse<T>(text: string, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(toJson(text));
  if (parsed.success) return parsed.data;
  throw new Found(toIssues(parsed.error));
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Found('no JSON');
  }
}

const textOf = (chunks: readonly Uint8Array[]): string => Buffer.concat(chunks).toString('utf8');
