import * as z from 'zod';
import { ERROR_CODES, type ErrorCode } from '../../errors.ts';
import { toJsonLine } from '../../json/lines.ts';
import type { ItemResult } from '../../kind.ts';

/** One line of files.jsonl: a file of the course, for a database or a search index to take. Its JSON Schema is files.schema.json. */
export const fileLineSchema = z.strictObject({
  path: z
    .string()
    .describe('Path in the archive, as the course names it; `/rejected N: ` before a name that is no path.'),
  published: z.boolean().describe('Do students see it?'),
  reason: z.string().describe('Why it is published, or why not.'),
  title: z.string().describe("The course's title for it; empty where only a link in a page leads to it."),
  module: z.string().nullable().describe('Title of the module that leads to it.'),
  url: z.string().nullable().describe('Its address in Canvas, where it is known.'),
  kind: z.enum(['content', 'problem', 'solution']),
  problemTitle: z.string().nullable().describe('The problem that a problem or solution belongs to.'),
  extension: z.string().describe('In lower case, without a dot.'),
  bytes: z
    .int()
    .nullable()
    .describe("Size of the file; null where the archive does not have it, and for Canvas' own settings."),
  crc32: z.string().nullable().describe('CRC-32 of the file, 8 hex digits; null as `bytes`.'),
  status: z.enum(['converted', 'unchanged', 'unsupported', 'failed', 'excluded']),
  output: z.string().nullable().describe('Path of its Markdown, relative to the results of the course.'),
  stale: z.boolean().describe('The Markdown is that of an earlier version: this one failed.'),
  documentTitle: z.string().nullable().describe('The title that the document gives itself.'),
  pages: z.int().nullable().describe('Pages of a PDF.'),
  failedPages: z.int().nullable().describe('Pages that are missing in the Markdown; it says where.'),
  error: z
    .strictObject({
      code: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]),
      message: z.string(),
    })
    .nullable(),
});

export type FileLine = z.infer<typeof fileLineSchema>;

/** The JSON Schema (2020-12) of one line. */
export function fileLineJsonSchema(): object {
  return { title: 'A line of files.jsonl', ...z.toJSONSchema(fileLineSchema) };
}

/** files.jsonl from a run's results, in their order, one line at a time. */
export async function* fileLines(results: AsyncIterable<ItemResult>): AsyncGenerator<string> {
  for await (const result of results) {
    const line = toFileLine(result);
    if (line !== undefined) yield toJsonLine(line);
  }
}

/** What is written where a result says nothing about it. */
const NO_DETAIL = {
  published: false,
  reason: '',
  title: '',
  module: null,
  url: null,
  kind: 'content',
  problemTitle: null,
  extension: '',
  bytes: null,
  crc32: null,
  documentTitle: null,
  pages: null,
  failedPages: null,
};

/** Undefined for a result that is no file of the course (the course's own record). */
export function toFileLine(result: ItemResult): FileLine | undefined {
  const { id, detail = {}, outputs, failure } = result;
  if (detail.kind === 'course') return undefined;
  const output = outputs.find(({ path }) => path.endsWith('.md'))?.path ?? null;
  const known = Object.entries(NO_DETAIL).map(([name, nothing]) => [name, detail[name] ?? nothing]);
  return fileLineSchema.parse({
    ...Object.fromEntries(known),
    path: detail.listedAs ?? id,
    status: statusOf(result),
    output,
    stale: result.stale ?? false,
    error: failure ?? null,
  });
}

/** A picture that was carried over is still unsupported, a hidden file still excluded. */
function statusOf({ status, detail = {} }: ItemResult): unknown {
  if (status === 'failed') return 'failed';
  const isConverted = (detail.status ?? 'converted') === 'converted';
  return status === 'unchanged' && isConverted ? 'unchanged' : (detail.status ?? 'converted');
}
