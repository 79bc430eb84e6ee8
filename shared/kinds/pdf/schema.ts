import { z } from 'zod';
import { documentFactsSchema } from '../../pdf/facts.ts';
import { parsePageRanges } from '../../pdf/page-ranges.ts';
import { zipMemberSchema } from '../../zip-entries.ts';

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

/** Run options; an unknown one is refused. */
export const pdfOptions = z.strictObject({
  /** Such as `3-7,9`; all pages by default. */
  pages: pageRanges.optional(),
  /** Read scanned pages by OCR: `auto` those that are pictures or whose text can't be read, `on` all, `off` none. */
  ocr: z.enum(['auto', 'on', 'off']).default('auto'),
  /** Tesseract's codes. */
  ocrLanguages: codes.default(['eng']),
  /** Of the picture that OCR reads, within `maxPixels`. */
  dpi: z.coerce.number().int().min(DPI.least).max(DPI.most).optional(),
  /** The longest side of a page's picture. */
  maxPixels: z.coerce.number().int().min(PIXELS.least).max(PIXELS.most).optional(),
  /** Keep each converted page for later attempts and runs: one request a page, and none is ever converted twice. */
  journal: z.enum(['on', 'off']).default('on'),
});

export type PdfKindOptions = z.infer<typeof pdfOptions>;

/** Where a document's bytes are. */
export const originSchema = z.object({
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
