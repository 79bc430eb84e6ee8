import * as z from 'zod';
import { documentFactsSchema } from '../../pdf/facts-schema.ts';
import { zipMemberSchema } from '../zip-entries.ts';
import { ITEM_TYPES } from './course/items/course-item.ts';
import { rubricSchema } from './course/rubrics.ts';

/** What the course says about one of its files or items. */
const listingSchema = z.object({
  type: z.enum(ITEM_TYPES),
  published: z.boolean(),
  /** Why it is in or out. */
  reason: z.string(),
  title: z.string(),
  /** The manifest's name for the file, where the archive spells it otherwise. */
  listedAs: z.string().optional(),
  /** Titles of the modules that it is in, in their order. */
  modules: z.array(z.string()).optional(),
  /** Its place in the first of them, from 1. */
  position: z.int().optional(),
  url: z.string().optional(),
  /** ISO 8601 in UTC, as all dates. */
  dueAt: z.string().optional(),
  unlockAt: z.string().optional(),
  lockAt: z.string().optional(),
  points: z.number().optional(),
  kind: z.enum(['content', 'problem', 'solution']),
  problemTitle: z.string().optional(),
  /** Not converted, whatever its format: unpublished, a draft, settings. */
  excluded: z.boolean(),
  /** Where its Markdown goes. */
  output: z.string(),
});

export type Listing = z.infer<typeof listingSchema>;

/** A link that leads nowhere, and why. */
const deadLinkSchema = z.object({ link: z.string(), why: z.string() });

/** Where the links of an item's text lead. */
const linksSchema = z.object({
  /** By the link as it stands in the text: what takes its place in the Markdown; empty where it leads nowhere. */
  targets: z.record(z.string(), z.string()),
  /** The first of those that lead nowhere. */
  dead: z.array(deadLinkSchema),
  deadCount: z.int(),
});

export type ItemLinks = z.infer<typeof linksSchema>;

/** What an assignment's readers are told beside its text. */
const taskSchema = z.object({
  submissionTypes: z.array(z.string()),
  allowedExtensions: z.array(z.string()),
  gradingType: z.string().optional(),
  group: z.string().optional(),
  allowedAttempts: z.int().optional(),
  peerReviews: z.boolean(),
  toolUrl: z.string().optional(),
  rubric: rubricSchema.optional(),
});

export type TaskData = z.infer<typeof taskSchema>;

/** What is made of an item beside its own file. */
const contentSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('assignment'), task: taskSchema }),
  z.object({
    type: z.literal('quiz'),
    task: taskSchema.optional(),
    settings: zipMemberSchema.optional(),
    questions: zipMemberSchema.optional(),
    banks: z.array(z.object({ identifier: z.string(), member: zipMemberSchema })),
  }),
  z.object({ type: z.literal('topic'), settings: zipMemberSchema.optional(), task: taskSchema.optional() }),
  z.object({ type: z.literal('link'), url: z.string().optional() }),
  z.object({ type: z.literal('calendar') }),
  z.object({ type: z.literal('bank') }),
]);

export type Content = z.infer<typeof contentSchema>;

/** One line of a module, for the outline. */
const outlineItemSchema = z.object({
  title: z.string(),
  type: z.enum([...ITEM_TYPES, 'header', 'unknown']),
  indent: z.int(),
  published: z.boolean(),
  /** Id of the result that it leads to. */
  id: z.string().optional(),
  url: z.string().optional(),
});

export const moduleSchema = z.object({
  title: z.string(),
  published: z.boolean(),
  unlockAt: z.string().optional(),
  prerequisites: z.array(z.string()),
  items: z.array(outlineItemSchema),
});

export type ModuleOutline = z.infer<typeof moduleSchema>;

export const courseSchema = z.object({
  title: z.string().nullable(),
  courseCode: z.string().nullable(),
  /** Canvas' own id and host. */
  courseId: z.string().nullable(),
  domain: z.string().nullable(),
  url: z.string().nullable(),
  startAt: z.string().nullable(),
  concludeAt: z.string().nullable(),
  /** In which dates are shown. */
  timeZone: z.string(),
  /** Is the Files tab hidden from students? */
  filesTabHidden: z.boolean(),
  /** Did Canvas write the export? */
  isCanvas: z.boolean(),
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
  z.object({
    type: z.literal('member'),
    member: zipMemberSchema,
    listing: listingSchema,
    links: linksSchema.optional(),
    content: contentSchema.optional(),
    /** In which its dates are shown. */
    timeZone: z.string().optional(),
  }),
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
  /** A link or tool that no file of the archive holds. */
  z.object({ type: z.literal('link'), path: z.string(), listing: listingSchema, url: z.string().optional() }),
  /** A name that the archive has no readable file for. */
  z.object({ type: z.literal('absent'), path: z.string(), listing: listingSchema }),
  /** A module of the outline; what is made of all of them is written at the end. */
  z.object({ type: z.literal('module'), module: moduleSchema }),
  /** The course itself. */
  z.object({ type: z.literal('course'), course: courseSchema }),
]);

export type CanvasData = z.infer<typeof canvasData>;
export type MemberData = Extract<CanvasData, { type: 'member' }>;
export type PagesData = Extract<CanvasData, { type: 'pages' }>;
export type LinkData = Extract<CanvasData, { type: 'link' }>;
export type AbsentData = Extract<CanvasData, { type: 'absent' }>;
