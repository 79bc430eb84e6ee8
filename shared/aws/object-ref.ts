import * as z from 'zod';

/** Which bytes a run reads: one version of one object, so that a later upload does not change them. */
const objectRef = z.object({
  bucket: z.string().min(1),
  key: z.string().min(1).max(1024),
  versionId: z.string().min(1).optional(),
  size: z.number().int().nonnegative(),
});
/** With the object beside it, where the kind knows of one and it was there when the run was opened. */
export const sourceRef = objectRef.extend({ companion: objectRef.optional() });
export type SourceRef = z.infer<typeof sourceRef>;
