/** What is known of a whole document before its pages are converted apart from each other; small plain JSON. */
import * as z from 'zod';

/** What a document says of itself. */
const metadataSchema = z.object({
  title: z.string().optional(),
  author: z.string().optional(),
  /** ISO 8601, as exact as the document has it. */
  created: z.string().optional(),
  /** A BCP 47 tag. */
  language: z.string().optional(),
});

/** What only the whole document tells of how its pages are to be read (profile.ts). */
export const pdfProfileSchema = z.object({
  /** Size in points of most characters. */
  bodySize: z.number(),
  /** Styles of headings, the first the highest. */
  headings: z.array(z.object({ size: z.number(), bold: z.boolean(), italic: z.boolean() })),
  /** Heads and feet that repeat: their text with digits as `#`, and where they stand. */
  running: z.array(z.string()),
  /** Labels of the footnotes seen. */
  notes: z.array(z.string()),
  /** Are words divided at line ends? If not, a hyphen there belongs to the word. */
  hyphenates: z.boolean(),
});

export const documentFactsSchema = z.object({
  /** Of the PDF's bytes. */
  sha256: z.string(),
  pages: z.int().positive(),
  metadata: metadataSchema,
  profile: pdfProfileSchema,
  /** The share of pages that OCR has to read, of those that were looked at. */
  scanned: z.number(),
  /** The file is damaged; what could be found in it is read. */
  isRepaired: z.boolean(),
});

export type Metadata = z.infer<typeof metadataSchema>;
export type PdfProfile = z.infer<typeof pdfProfileSchema>;
export type DocumentFacts = z.infer<typeof documentFactsSchema>;
