import * as z from 'zod';
import { documentFactsSchema } from '../../pdf/facts-schema.ts';
import { zipMemberSchema } from '../zip-entries.ts';
import { isTimeZone } from './course/date-lock.ts';

/** `a,b` from a command line, or a list. */
const list = z.union([
  z.array(z.string()),
  z.string().transform((text) => text.split(',').map((part) => part.trim())),
]);

/** Run options; an unknown one is refused. */
export const canvasOptions = z.strictObject({
  unpublished: z
    .enum(['exclude', 'convert'])
    .default('convert')
    .describe(
      "What to do with files that students can't see: convert them, apart from the others, to `unpublished/`; or leave them out.",
    ),
  tutorFolder: z
    .string()
    .min(1)
    .default('web_resources/ai/tutor')
    .describe('Where problems and solutions for a tutor lie; processed whatever their publish state.'),
  draft: z
    .string()
    .default('draft')
    .describe('A file in a folder whose path has this in it is left out; empty: none is.'),
  extensions: list
    .default([])
    .describe('Extensions that are converted, of those that there is a conversion for; empty: all.'),
  ocr: z
    .enum(['auto', 'on', 'off'])
    .default('auto')
    .describe(
      "Read scanned pages by OCR: `auto` those that are pictures or whose text can't be read, `on` all, `off` none.",
    ),
  ocrLanguages: list.default(['eng']).describe("Languages of scanned pages, as tesseract's codes."),
  journal: z
    .enum(['on', 'off'])
    .default('off')
    .describe(
      'Keep each converted PDF page for later attempts and runs. A PDF that did not change is carried over without it, and storing a page of text costs ten times what converting it does; for courses of scans it pays.',
    ),
  timeZone: z
    .string()
    .refine(isTimeZone, 'expected a time zone such as Europe/Paris')
    .default('America/New_York')
    .describe('For dates without an offset, where the course does not name its time zone.'),
  metadata: z
    .enum(['auto', 'required'])
    .default('auto')
    .describe(
      '`auto`: `<stem>.metadata.json` is used where there is one; `required`: a course without it fails, since nothing says what to hide.',
    ),
});

export type CanvasOptions = z.infer<typeof canvasOptions>;

/** What the course says about one of its files. */
const listingSchema = z.object({
  published: z.boolean(),
  /** Why it is in or out. */
  reason: z.string(),
  title: z.string(),
  /** The manifest's name for the file, where the archive spells it otherwise. */
  listedAs: z.string().optional(),
  module: z.string().optional(),
  url: z.string().optional(),
  kind: z.enum(['content', 'problem', 'solution']),
  problemTitle: z.string().optional(),
  /** Not converted, whatever its format: unpublished, a draft, settings. */
  excluded: z.boolean(),
});

export type Listing = z.infer<typeof listingSchema>;

const courseSchema = z.object({
  title: z.string().nullable(),
  courseCode: z.string().nullable(),
  /** Canvas' own id and host. */
  courseId: z.string().nullable(),
  domain: z.string().nullable(),
  url: z.string().nullable(),
  /** As the export has them. */
  startAt: z.string().nullable(),
  concludeAt: z.string().nullable(),
  timeZone: z.string(),
  /** Is the Files tab hidden from students? */
  filesTabHidden: z.boolean(),
  /** Common Cartridge version. */
  schemaVersion: z.string().nullable(),
  /** Changes with the content, not with Canvas' own rewriting of its settings at every export. */
  checksum: z.string(),
  files: z.int(),
  published: z.int(),
  problems: z.int(),
  excluded: z.int(),
  missing: z.int(),
  /** Did a metadata.json lie beside the archive? */
  hasMetadata: z.boolean(),
  /** What was wrong with the course's own XML files; they are read as far as possible. */
  warnings: z.array(z.string()),
});

export type CourseRecord = z.infer<typeof courseSchema>;

export const canvasData = z.discriminatedUnion('type', [
  /** One file of the archive. */
  z.object({ type: z.literal('member'), member: zipMemberSchema, listing: listingSchema }),
  /** Some pages (1-based, both ends included) of a PDF that is too long for one item. */
  z.object({
    type: z.literal('pages'),
    member: zipMemberSchema,
    from: z.int().positive(),
    to: z.int().positive(),
    facts: documentFactsSchema,
    /** Does OCR have to read pages of the document? Then they take seconds each. */
    hasScans: z.boolean(),
  }),
  /** A name that the archive has no readable file for. */
  z.object({ type: z.literal('absent'), path: z.string(), listing: listingSchema }),
  /** The course itself; its output is `course.json`. */
  z.object({ type: z.literal('course'), course: courseSchema }),
]);

export type CanvasData = z.infer<typeof canvasData>;
export type MemberData = Extract<CanvasData, { type: 'member' }>;
export type PagesData = Extract<CanvasData, { type: 'pages' }>;
export type AbsentData = Extract<CanvasData, { type: 'absent' }>;
