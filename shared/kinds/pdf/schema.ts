import * as z from 'zod';
import { jsonText } from '../../json/json-text.ts';
import { documentFactsSchema } from '../../pdf/facts-schema.ts';
import { parsePageRanges } from '../../pdf/page-ranges.ts';
import { chatParameters } from '../../vision/parameters.ts';
import { zipMemberSchema } from '../zip-entries.ts';

/** `a,b` or tesseract's `a+b` from a command line, or a list. */
const codes = z.union([
  z.array(z.string()),
  z.string().transform((text) => text.split(/[,+]/).map((part) => part.trim())),
]);

const pageRanges = z.string().transform((text, context) => {
  try {
    return parsePageRanges(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
    return z.NEVER;
  }
});

/** Below, nothing can be read; above, a page's picture and what tesseract makes of it do not fit the function. */
const DPI = { least: 72, most: 400 } as const;
const PIXELS = { least: 500, most: 5000 } as const;

/** A page's picture each. */
const CONCURRENCY_MAX = 16;

const price = z.coerce.number().nonnegative();

const modelParameters = jsonText.pipe(chatParameters);

const fields = z.strictObject({
  pages: pageRanges.optional().describe('Pages to convert, such as `3-7,9`; all by default.'),
  ocr: z
    .enum(['auto', 'on', 'off'])
    .default('auto')
    .describe(
      "Read scanned pages by OCR: `auto` those that are pictures or whose text can't be read, `on` all, `off` none.",
    ),
  ocrLanguages: codes
    .default(['eng'])
    .describe(
      "Languages of scanned pages, as tesseract's codes: `eng+deu`. Another one than English needs `@tesseract.js-data/<code>` and a build.",
    ),
  dpi: z.coerce
    .number()
    .int()
    .min(DPI.least)
    .max(DPI.most)
    .optional()
    .describe('Resolution of the picture that OCR reads, within `maxPixels`.'),
  maxPixels: z.coerce
    .number()
    .int()
    .min(PIXELS.least)
    .max(PIXELS.most)
    .optional()
    .describe("The longest side of a page's picture."),
  tables: z
    .enum(['auto', 'github', 'html'])
    .default('auto')
    .describe(
      'Merged cells: `auto` writes such tables as HTML, `github` leaves cells empty, `html` writes all tables as HTML.',
    ),
  figures: z
    .enum(['on', 'off'])
    .default('off')
    .describe('Pictures as files in `figures/` beside the Markdown, with links to them.'),
  frontMatter: z
    .enum(['on', 'off'])
    .default('off')
    .describe(
      'A block of YAML before the Markdown: title, author, date, language, pages and how many failed.',
    ),
  vision: z
    .enum(['off', 'auto', 'all'])
    .default('off')
    .describe(
      'Ask a vision model: `auto` for pages that OCR read badly and pages dense in formulas, `all` for every page.',
    ),
  visionProvider: z
    .enum(['openai', 'bedrock'])
    .default('openai')
    .describe('A server that speaks the chat-completions protocol, or Amazon Bedrock.'),
  visionEndpoint: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Base URL of the server, for `openai`.'),
  visionModel: z.string().min(1).optional().describe('Its name there.'),
  visionSecret: z
    .string()
    .optional()
    .describe("The name, in the stack's config, of the secret that holds the key."),
  visionRegion: z
    .string()
    .optional()
    .describe("Region of AWS, for `bedrock`; the function's own by default."),
  visionParameters: modelParameters
    .optional()
    .describe('Sent beside model and messages, for `openai`: a JSON object.'),
  visionConcurrency: z.coerce
    .number()
    .int()
    .min(1)
    .max(CONCURRENCY_MAX)
    .default(4)
    .describe('Pages with the model at once, per function.'),
  visionDpi: z.coerce
    .number()
    .int()
    .min(DPI.least)
    .max(DPI.most)
    .optional()
    .describe('Resolution of the picture that the model gets.'),
  visionInputPrice: price
    .optional()
    .describe('Per million tokens read; with both prices, the page records have a cost.'),
  visionOutputPrice: price.optional().describe('Per million tokens written.'),
  journal: z
    .enum(['on', 'off'])
    .default('on')
    .describe(
      'Keep each converted page for later attempts and runs: one request a page, and none is ever converted twice.',
    ),
});

/** Run options; an unknown one is refused. */
export const pdfOptions = fields.superRefine(
  ({ vision, visionProvider, visionModel, visionEndpoint }, context) => {
    if (vision === 'off') return;
    const message = `needed for the option vision=${vision}`;
    if (visionModel === undefined) context.addIssue({ code: 'custom', path: ['visionModel'], message });
    if (visionProvider === 'openai' && visionEndpoint === undefined)
      context.addIssue({ code: 'custom', path: ['visionEndpoint'], message });
  },
);

export type PdfKindOptions = z.infer<typeof fields>;

/** Where a document's bytes are. */
const originSchema = z.object({
  /** The document's name for its readers: its file name, or its path in the archive. */
  name: z.string(),
  /** What its outputs are named after. */
  path: z.string(),
  bytes: z.int().nonnegative(),
  /** Of the whole source; that of a member is known when it has been read. */
  sha256: z.string().optional(),
  /** It is a member of the source; else it is the source. */
  member: zipMemberSchema.optional(),
});

export type Origin = z.infer<typeof originSchema>;

export const pdfData = z.discriminatedUnion('type', [
  z.object({ type: z.literal('document'), origin: originSchema }),
  /** Some pages (from 1, both ends included) of a document that is too long for one item. */
  z.object({
    type: z.literal('pages'),
    origin: originSchema,
    from: z.int().positive(),
    to: z.int().positive(),
    facts: documentFactsSchema,
    /** Does OCR have to read pages of the document? Then they take seconds each. */
    hasScans: z.boolean(),
  }),
  /** A member that is no PDF by its name, or that can't be read at all. */
  z.object({ type: z.literal('other'), name: z.string() }),
]);

export type PdfData = z.infer<typeof pdfData>;
export type PagesData = Extract<PdfData, { type: 'pages' }>;
