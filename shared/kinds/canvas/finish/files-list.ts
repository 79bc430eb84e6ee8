import * as z from 'zod';
import { ERROR_CODES, type ErrorCode } from '../../../errors.ts';
import type { ItemResult } from '../../../kind.ts';
import { ITEM_TYPES } from '../course/items/course-item.ts';

const date = z.string().nullable();

/** One line of files.jsonl: a file or item of the course, for a database or a search index to take. Its JSON Schema is files.schema.json. */
export const fileLineSchema = z.strictObject({
  id: z.string().describe("The item's id in the run's manifest."),
  path: z
    .string()
    .describe(
      'Path in the archive, as the course names it; `/rejected N: ` before a name that is no path, `/links/…` for a link that no file holds.',
    ),
  type: z
    .enum(ITEM_TYPES)
    .describe(
      "What it is in the course; `settings` are Canvas' own bookkeeping, a `bank` holds questions of quizzes.",
    ),
  published: z.boolean().describe('Do students see it?'),
  reason: z.string().describe('Why it is published, or why not.'),
  title: z.string().describe("The course's title for it; empty where only a link in a page leads to it."),
  module: z.string().nullable().describe('Title of the first module that leads to it.'),
  modules: z.array(z.string()).describe('Titles of all modules that lead to it.'),
  position: z.int().nullable().describe('Its place in the first module, from 1.'),
  dueAt: date.describe('When it is due; all dates are ISO 8601 in UTC.'),
  unlockAt: date.describe('When it opens, or is posted.'),
  lockAt: date.describe('When it closes.'),
  points: z.number().nullable().describe('What it is worth.'),
  questions: z.int().nullable().describe('Questions in the Markdown of a quiz.'),
  url: z
    .string()
    .nullable()
    .describe('Its address in Canvas, or where a link or tool leads, where it is known.'),
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
  deadLinks: z.int().describe('Links in it that lead nowhere; course.json lists them.'),
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

/** What is written where a result says nothing about it. */
const NO_DETAIL = {
  type: 'file',
  published: false,
  reason: '',
  title: '',
  modules: [],
  position: null,
  dueAt: null,
  unlockAt: null,
  lockAt: null,
  points: null,
  questions: null,
  url: null,
  kind: 'content',
  problemTitle: null,
  extension: '',
  bytes: null,
  crc32: null,
  documentTitle: null,
  pages: null,
  failedPages: null,
  deadLinks: 0,
};

/** Is the result one of the course's files or items? The others are its modules and its own record. */
function isFileResult({ detail = {} }: ItemResult): boolean {
  return detail.kind !== 'course' && detail.kind !== 'module';
}

/** Undefined for a result that is no file of the course. */
export function toFileLine(result: ItemResult): FileLine | undefined {
  const { id, detail = {}, outputs, failure } = result;
  if (!isFileResult(result)) return undefined;
  const output = outputs.find(({ path }) => path.endsWith('.md'))?.path ?? null;
  const known = Object.entries(NO_DETAIL).map(([name, nothing]) => [name, detail[name] ?? nothing]);
  const [module = null] = Array.isArray(detail.modules) ? detail.modules : [];
  return fileLineSchema.parse({
    ...Object.fromEntries(known),
    id,
    path: detail.listedAs ?? id,
    module,
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
