import * as z from 'zod';
import type { FileListEntry } from './file-entry.ts';
import { type Entry, toBad } from './row.ts';

const size = z.union([
  z.number(),
  z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number),
]);
/** Of CSV, where what is not known is an empty cell. */
const optional = <T>(schema: z.ZodType<T>) =>
  z.preprocess((value) => (value === '' || value === null ? undefined : value), schema.optional());

/** An object with `url`, or a text that is one. */
const row = z.preprocess(
  (value) => (typeof value === 'string' ? { url: value.trim() } : value),
  z.object({
    url: z.string().min(1).max(8192),
    sha256: optional(
      z
        .string()
        .regex(/^[0-9a-fA-F]{64}$/)
        .toLowerCase(),
    ),
    size: optional(size.pipe(z.int().nonnegative())),
    name: optional(z.string().max(4096)),
  }),
);

/** The files that rows of any list name: `{url, sha256?, size?, name?}`, or a URL alone. */
export async function* toFiles(rows: AsyncIterable<Entry>): AsyncGenerator<FileListEntry> {
  for await (const entry of rows) yield entry.type === 'bad' ? entry : toFile(entry);
}

function toFile({ json, line, byte }: Extract<Entry, { type: 'row' }>): FileListEntry {
  const parsed = row.safeParse(JSON.parse(json.toString()));
  if (parsed.success) return { type: 'file', line, byte, ...parsed.data };
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') ?? '';
  return toBad(
    { line, byte },
    `expected {url, sha256?, size?, name?} or a URL, found ${where}: ${issue?.message}`,
  );
}
