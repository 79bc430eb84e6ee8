import * as z from 'zod';

const MIB = 1024 * 1024;

const FORMATS = ['pulp', 'sha256sums', 'jsonl', 'csv', 'text'] as const;
export type Format = (typeof FORMATS)[number];

/** Where names of a list lie: a folder on a server, or below a prefix of a bucket. It ends in a slash. */
const base = z
  .string()
  .regex(
    /^(https?|s3):\/\/[^/?#]+(\/[^?#]*)?$/,
    'expected http://…, https://… or s3://bucket/…, without a query',
  )
  .refine((text) => !/^https?:\/\/[^/]*@/.test(text), 'expected a URL without credentials')
  .transform((text) => (text.endsWith('/') ? text : `${text}/`));

/** Run options; an unknown one is refused. Each may be written `baseUrl` or `base-url`, and as text. */
export const filesOptions = z.preprocess(
  toCamelCase,
  z.strictObject({
    baseUrl: base.optional().describe('Where the names of the list lie: a URL, or s3://bucket/prefix/.'),
    format: z.enum(FORMATS).optional().describe('What the list is, where its name does not say.'),
    authorization: z
      .string()
      .min(1)
      .optional()
      .describe('Name of the secret that is sent as Authorization to the server of base-url.'),
    partBytes: z.coerce
      .number()
      .int()
      .min(64 * 1024)
      .max(1024 * MIB)
      .default(64 * MIB)
      .describe('A larger file is fetched in ranges of so many bytes, if its server has them.'),
  }),
);
export type FilesOptions = z.infer<typeof filesOptions>;

/** What is promised of a file, and where it is. */
export const filesData = z.object({
  url: z.string(),
  /** Its path below the mirror. */
  name: z.string(),
  sha256: z.string().optional(),
  size: z.number().optional(),
  line: z.number().optional(),
  /** Of a part: its bytes, the last one not included; and the version of the file, as far as its server says. */
  range: z.tuple([z.number(), z.number()]).optional(),
  etag: z.string().optional(),
});
export type FilesData = z.infer<typeof filesData>;

/** `base-url` → `baseUrl`; one that is written both ways is left as it is, and so refused. */
function toCamelCase(given: unknown): unknown {
  if (typeof given !== 'object' || given === null) return given;
  const entries = Object.entries(given).map(([name, value]) => {
    const camel = name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    return [camel !== name && camel in given ? name : camel, value];
  });
  return Object.fromEntries(entries);
}
