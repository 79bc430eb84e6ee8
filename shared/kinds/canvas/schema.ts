import { z } from 'zod';
import { pdfProfileSchema } from '../../pdf/profile.ts';
import type { ZipMember } from '../../zip/archive.ts';

/** Run options; none so far, and a wrong one is refused. */
export const canvasOptions = z.strictObject({});

export type CanvasOptions = z.infer<typeof canvasOptions>;

const member: z.ZodType<ZipMember> = z.object({
  name: z.string(),
  method: z.union([z.literal(0), z.literal(8)]),
  flags: z.int().nonnegative(),
  compressedBytes: z.int().nonnegative(),
  bytes: z.int().nonnegative(),
  crc32: z.int().nonnegative(),
  headerOffset: z.int().nonnegative(),
});

export const canvasData = z.discriminatedUnion('type', [
  /** One file of the archive. */
  z.object({ type: z.literal('member'), member }),
  /** Some pages (1-based, both ends included) of a PDF that is too long for one item. */
  z.object({
    type: z.literal('pages'),
    member,
    from: z.int().positive(),
    to: z.int().positive(),
    profile: pdfProfileSchema,
  }),
  /** A name that the archive does not give a readable file for; such an item carries its failure. */
  z.object({ type: z.literal('absent'), path: z.string() }),
]);

export type CanvasData = z.infer<typeof canvasData>;
export type MemberData = Extract<CanvasData, { type: 'member' }>;
export type PagesData = Extract<CanvasData, { type: 'pages' }>;
