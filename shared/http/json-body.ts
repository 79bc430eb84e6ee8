import { z } from 'zod';
import { SmallbatchError } from '../errors.ts';
import { type HttpReply, toPlace } from './reply.ts';

/** Characters of a wrong body that an error shows. */
const EXCERPT_CHARS = 80;

/** A reply's body, parsed. @throws SmallbatchError UPSTREAM_INVALID with the body's beginning */
export async function readJson<T>(reply: HttpReply, schema: z.ZodType<T>, maxBytes: number): Promise<T> {
  const text = await readText(reply, maxBytes);
  const parsed = schema.safeParse(parse(text, reply));
  if (parsed.success) return parsed.data;
  throw invalid(reply, z.prettifyError(parsed.error).replace(/\s*\n\s*/g, ' '), text);
}

async function readText(reply: HttpReply, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of reply.body as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw invalid(reply, `more than ${maxBytes} bytes`, textOf(chunks));
    chunks.push(chunk);
  }
  return textOf(chunks);
}

function parse(text: string, reply: HttpReply): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(reply, 'no JSON', text);
  }
}

const textOf = (chunks: readonly Uint8Array[]): string => Buffer.concat(chunks).toString('utf8');

function invalid(reply: HttpReply, found: string, text: string): SmallbatchError {
  const where = toPlace(new URL(reply.url));
  return new SmallbatchError(
    'UPSTREAM_INVALID',
    `${where}: expected the protocol's JSON, found ${found}; it begins with ${JSON.stringify(text.slice(0, EXCERPT_CHARS))}`,
  );
}
