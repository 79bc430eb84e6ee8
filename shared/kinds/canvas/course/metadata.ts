import { z } from 'zod';
import { SmallbatchError } from '../../../errors.ts';
import { type Clock, isDateLocked } from './date-lock.ts';

const flag = z.boolean().nullish();
const text = z.string().nullish();

const entrySchema = z.looseObject({
  url: text,
  html_url: text,
  published: flag,
  hidden: flag,
  locked: flag,
  unlock_at: text,
  lock_at: text,
  folder: z.looseObject({ hidden: flag, locked: flag }).nullish(),
});

type Entry = z.infer<typeof entrySchema>;

/** `<stem>.metadata.json`, as Canvas' API describes a course's files, assignments and pages. */
export const metadataSchema = z.looseObject({
  course_files: z.array(entrySchema.extend({ file_path: z.string() })).default([]),
  assignments: z.array(entrySchema.extend({ name: text, title: text })).default([]),
  pages: z.array(entrySchema.extend({ name: text, title: text })).default([]),
});

/** What the metadata says about one file, page or assignment. */
export interface MetadataEntry {
  readonly url: string | undefined;
  /** Why students can't reach it at all. */
  readonly closedBy: string | undefined;
  /** Why students don't see it listed; a link in a page still reaches it. */
  readonly hiddenBy: string | undefined;
}

export interface Metadata {
  /** By path below web_resources. */
  file(path: string): MetadataEntry | undefined;
  /** A page or assignment by its title. */
  titled(title: string): MetadataEntry | undefined;
}

/** Throws TEXT_INVALID where the file is not the JSON that it should be. */
export function parseMetadata(json: string, clock: Clock): Metadata {
  const { course_files, assignments, pages } = parsed(json);
  const files = new Map<string, MetadataEntry>();
  for (const file of course_files) {
    // "course files/a/b.pdf": the first part is the root folder's name
    const path = file.file_path.replace(/^[^/]*\//, '');
    const entry = toEntry(file, file.url, clock);
    files.set(plusDecoded(path), entry);
    files.set(path, entry);
  }
  const titled = new Map<string, MetadataEntry>();
  for (const item of [...assignments, ...pages]) {
    const title = item.name ?? item.title;
    if (title) titled.set(title.trim(), toEntry(item, item.html_url, clock));
  }
  return { file: (path) => files.get(path), titled: (title) => titled.get(title.trim()) };
}

function parsed(json: string): z.infer<typeof metadataSchema> {
  try {
    return metadataSchema.parse(JSON.parse(json));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new SmallbatchError('TEXT_INVALID', `metadata.json: ${reason}`, { cause: error });
  }
}

function toEntry(entry: Entry, url: string | null | undefined, clock: Clock): MetadataEntry {
  return { url: url ?? undefined, closedBy: closedReason(entry, clock), hiddenBy: hiddenReason(entry) };
}

function closedReason(entry: Entry, clock: Clock): string | undefined {
  if (entry.published === false) return 'metadata.json: not published';
  if (entry.locked) return 'metadata.json: locked';
  if (entry.folder?.locked) return 'metadata.json: folder is locked';
  const range = { unlockAt: entry.unlock_at ?? undefined, lockAt: entry.lock_at ?? undefined };
  return isDateLocked(range, clock) ? 'metadata.json: locked by date' : undefined;
}

function hiddenReason(entry: Entry): string | undefined {
  if (entry.hidden) return 'metadata.json: hidden';
  return entry.folder?.hidden ? 'metadata.json: folder is hidden' : undefined;
}

/** Canvas encodes file names as forms do: `a+b.pdf` is "a b.pdf". */
function plusDecoded(path: string): string {
  const spaced = path.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch (error) {
    if (error instanceof URIError) return spaced;
    throw error;
  }
}
