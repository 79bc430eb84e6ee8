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
export type Tolerated = z.infer<typeof tolerated>;

/** Run options; an unknown one is refused. Each may be written `clusterItems` or `cluster-items`, and as text. */
export const rowsOptions = z.preprocess(
  toCamelCase,
  z.strictObject({
    /** The function that is called: a name or an ARN that the stack's config allows. */
    function: z.string().min(1),
    /** What the list is, where its name and beginning do not tell. */
    format: z.enum(FORMATS).optional(),
    /** Rows of one call, at most. */
    clusterItems: count(CALL_ITEMS_MAX).default(10),
    /** Bytes of one call's rows, at most; a row that is larger goes alone. */
    clusterBytes: count(CALL_BYTES_MAX).default(CALL_BYTES),
    /** Of a JSON document: where the array (or object) of the rows is (RFC 6901). */
    pointer: z
      .string()
      .regex(/^(\/.*)?$/, 'expected a JSON pointer, which begins with /')
      .default(''),
    /** Of CSV. */
    delimiter: z.string().length(1).optional(),
    /** Only so many rows, the first ones. */
    first: count(Number.MAX_SAFE_INTEGER).optional(),
    /** A row that can't be read ends the run before anything is sent; else it fails alone. */
    strict: flag.default(false),
    /** Rows that may fail before the rest is left out: a number, or a percentage. */
    tolerated: z.coerce.string().pipe(tolerated).optional(),
    /** A percentage is not judged before so many rows. */
    minimumSample: count(1_000_000).default(20),
    /** Seconds that an answer is waited for. */
    timeout: count(TIMEOUT_SECONDS_MAX).default(300),
    /** Calls of the same rows, the first one included; throttles do not count. */
    attempts: count(10).default(1),
    /** Error types that are tried again (`Timeout` for one that did not answer), with commas; all, if none is named. */
    retry: z
      .string()
      .default('')
      .transform((text) =>
        text
          .split(',')
          .map((type) => type.trim())
          .filter(Boolean),
      ),
    /** Rows larger than a call takes are sent as a reference to their bytes. */
    large: z.enum(['fail', 'reference']).default('fail'),
    /** Of an S3 Inventory: delete markers, older versions and folder keys are rows, too. */
    all: flag.default(false),
    /** Any text; another one has every row processed again. */
    version: z.string().default(''),
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
