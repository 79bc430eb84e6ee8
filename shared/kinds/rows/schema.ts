import * as z from 'zod';

/** `true` or `"true"`, as a command line gives it. */
const flag = z.union([z.boolean(), z.stringbool({ truthy: ['true'], falsy: ['false'] })]);
const count = (max: number) => z.coerce.number().int().positive().max(max);

/** A call's items travel in one message with their places: 5,000 take 700 KB of the 1 MiB that a message may have. */
const CALL_ITEMS_MAX = 5_000;
/** Six MiB are what an invocation takes; a quarter is what Step Functions gives a child. */
const CALL_BYTES = 256 * 1024;
const CALL_BYTES_MAX = 6 * 1024 * 1024 - 64 * 1024;
/** The function that calls has 15 minutes in all. */
const TIMEOUT_SECONDS_MAX = 840;

export const FORMATS = [
  'jsonl',
  'json',
  'csv',
  'text',
  'parquet',
  's3-inventory',
  's3-prefix',
  'virtual',
] as const;
export type Format = (typeof FORMATS)[number];

/** `50%` or a number of rows. */
const tolerated = z
  .string()
  .regex(/^\d+(\.\d+)?%?$/, 'expected a number of rows, or a percentage like 5%')
  .transform((text): { readonly share: number } | { readonly count: number } =>
    text.endsWith('%') ? { share: Number(text.slice(0, -1)) / 100 } : { count: Number(text) },
  );

/** Run options; an unknown one is refused. Each may be written `clusterItems` or `cluster-items`, and as text. */
export const rowsOptions = z.preprocess(
  toCamelCase,
  z.strictObject({
    function: z.string().min(1).describe('The function to call: a name or an ARN that the config allows.'),
    format: z.enum(FORMATS).optional().describe('What the list is, where its name and beginning do not say.'),
    clusterItems: count(CALL_ITEMS_MAX).default(10).describe('Rows of one cluster, which is one call.'),
    clusterBytes: count(CALL_BYTES_MAX)
      .default(CALL_BYTES)
      .describe("Bytes of one cluster's rows; a larger row goes alone."),
    pointer: z
      .string()
      .regex(/^(\/.*)?$/, 'expected a JSON pointer, which begins with /')
      .default('')
      .describe('Of a JSON document: where the array or object of the rows is (RFC 6901).'),
    delimiter: z.string().length(1).optional().describe('Of CSV; a comma, and a tab for .tsv.'),
    first: count(Number.MAX_SAFE_INTEGER).optional().describe('Only so many rows, the first ones: a sample.'),
    strict: flag
      .default(false)
      .describe('A row that can not be read ends the run before anything is sent; else it fails alone.'),
    tolerated: z.coerce
      .string()
      .pipe(tolerated)
      .optional()
      .describe('Rows that may fail before the rest is not run: a number, or a percentage like 5%.'),
    minimumSample: count(1_000_000).default(20).describe('A percentage is judged from so many rows on.'),
    timeout: count(TIMEOUT_SECONDS_MAX).default(300).describe('Seconds that an answer is waited for.'),
    attempts: count(10)
      .default(1)
      .describe('Calls of the same rows, the first one included; a throttle is no attempt.'),
    retry: z
      .string()
      .default('')
      .transform((text) =>
        text
          .split(',')
          .map((type) => type.trim())
          .filter(Boolean),
      )
      .describe(
        'Types of errors that get another attempt (Timeout, TypeError …), with commas; by default all.',
      ),
    large: z
      .enum(['fail', 'reference'])
      .default('fail')
      .describe('A row of over 6 MB fails, or goes as the place where it lies.'),
    all: flag
      .default(false)
      .describe(
        'Of an S3 Inventory or prefix: delete markers, older versions and folder keys are rows, too.',
      ),
    version: z.string().default('').describe('Any text; another one has every row processed again.'),
  }),
);
export type RowsOptions = z.infer<typeof rowsOptions>;

/** Where a row is found again: its place in the source, or the JSON itself. Of a virtual list its number is all there is. */
export const rowsData = z.object({
  /** From 0, over all rows of the list. */
  n: z.number().int().nonnegative(),
  /** From 1. */
  line: z.number().int().optional(),
  /** First byte in the source, and length. */
  at: z.tuple([z.number(), z.number()]).optional(),
  json: z.string().optional(),
  /** Larger than a call takes: the function gets the place, and reads it itself. */
  isReference: z.boolean().optional(),
});
export type RowsData = z.infer<typeof rowsData>;

/** `cluster-items` → `clusterItems`; one that is written both ways is left as it is, and so refused. */
function toCamelCase(given: unknown): unknown {
  if (typeof given !== 'object' || given === null) return given;
  const entries = Object.entries(given).map(([name, value]) => {
    const camel = name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    return [camel !== name && camel in given ? name : camel, value];
  });
  return Object.fromEntries(entries);
}
