import * as z from 'zod';
import { SmallbatchError } from '../../../errors.ts';
import { isDateLocked } from './date-lock.ts';

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

/**
 * `<stem>.metadata.json`, as Canvas' API describes a course's files, assignments and pages. The list of files must be there: a server's
 * error page in JSON would otherwise say that nothing is hidden.
 */
const metadataSchema = z.looseObject({
  course_files: z.array(entrySchema.extend({ file_path: z.string() })),
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
  /** The same text for the same content, however it was written. */
  readonly canonical: string;
}

/** @throws SmallbatchError METADATA_INVALID: what hides files must not be read in part */
export function parseMetadata(bytes: Uint8Array, now: Date): Metadata {
  const json = parsedJson(bytes);
  const { course_files, assignments, pages } = checked(json);
  const decoded = new Map<string, MetadataEntry>();
  const plain = new Map<string, MetadataEntry>();
  for (const file of course_files) {
    // "course files/a/b.pdf": the first part is the root folder's name
    const path = file.file_path.replace(/^[^/]*\//, '');
    const entry = toEntry(file, file.url, now);
    addStrictest(decoded, plusDecoded(path), entry);
    addStrictest(plain, path, entry);
  }
  const titled = new Map<string, MetadataEntry>();
  for (const item of [...assignments, ...pages]) {
    const title = item.name ?? item.title;
    if (title) addStrictest(titled, title.trim(), toEntry(item, item.html_url, now));
  }
  return {
    file: (path) => decoded.get(path) ?? plain.get(path),
    titled: (title) => titled.get(title.trim()),
    canonical: JSON.stringify(json, inOrder),
  };
}

function parsedJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    // SyntaxError of the JSON, TypeError of the decoder
    if (error instanceof SyntaxError || error instanceof TypeError)
      throw invalid(`expected JSON in UTF-8, found ${error.message}`, error);
    throw error;
  }
}

function checked(json: unknown): z.infer<typeof metadataSchema> {
  const { data, error } = metadataSchema.safeParse(json);
  if (data !== undefined) return data;
  const [issue] = error.issues;
  const others = error.issues.length > 1 ? ` (and ${error.issues.length - 1} more)` : '';
  throw invalid(`${issue?.path.join('.') || 'the whole'}: ${issue?.message}${others}`, error);
}

function invalid(message: string, cause: unknown): SmallbatchError {
  return new SmallbatchError('METADATA_INVALID', `metadata.json: ${message}`, { cause });
}

/** Of two entries of one name, what either hides is hidden. */
function addStrictest(entries: Map<string, MetadataEntry>, name: string, entry: MetadataEntry): void {
  const known = entries.get(name);
  entries.set(name, {
    url: entry.url ?? known?.url,
    closedBy: known?.closedBy ?? entry.closedBy,
    hiddenBy: known?.hiddenBy ?? entry.hiddenBy,
  });
}

function toEntry(entry: Entry, url: string | null | undefined, now: Date): MetadataEntry {
  return { url: url ?? undefined, closedBy: closedReason(entry, now), hiddenBy: hiddenReason(entry) };
}

function closedReason(entry: Entry, now: Date): string | undefined {
  if (entry.published === false) return 'metadata.json: not published';
  if (entry.locked) return 'metadata.json: locked';
  if (entry.folder?.locked) return 'metadata.json: folder is locked';
  const range = { unlockAt: entry.unlock_at ?? undefined, lockAt: entry.lock_at ?? undefined };
  return isDateLocked(range, now) ? 'metadata.json: locked by date' : undefined;
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

/** A replacer of `JSON.stringify` that writes an object's fields in the order of their names. */
function inOrder(_: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
