import type { Listing } from '../schema.ts';
import type { Metadata, MetadataEntry } from './metadata.ts';

/** A file as one of the four sources has it, in or out. */
export interface Mention {
  readonly path: string;
  readonly source: 'files' | 'module' | 'files_meta' | 'page';
  /** Why it is in (`isActive`) or out. */
  readonly reason: string;
  readonly isActive: boolean;
  readonly title?: string | undefined;
  readonly module?: string | undefined;
}

export interface PublishRules {
  readonly metadata: Metadata | undefined;
  readonly filesTabHidden: boolean;
  readonly tutorFolder: string;
}

/** What the course publishes: a listing for every file that it mentions. */
export type PublishedFile = Pick<Listing, 'published' | 'reason' | 'title' | 'module' | 'url'>;

interface Draft {
  title: string;
  module: string | undefined;
  reason: string;
  isReached: boolean;
  outBy: string | undefined;
  isActive: boolean;
  closedBy: string | undefined;
  hiddenBy: string | undefined;
  url: string | undefined;
}

/**
 * Joins the sources' mentions (in the order of the sources: a later one overrides title and module of the same path) with
 * metadata.json, the Files tab, and the files that active pages link to (`embeds`).
 */
export function toPublished(
  mentions: Iterable<Mention>,
  embeds: ReadonlyMap<string, string>,
  rules: PublishRules,
): Map<string, PublishedFile> {
  const drafts = new Map<string, Draft>();
  for (const mention of mentions) addMention(drafts, mention, rules.metadata);
  const published = new Map<string, PublishedFile>();
  for (const [path, draft] of drafts) published.set(path, settled(path, draft, rules));
  for (const [path, page] of embeds) addEmbed(published, drafts, path, page, rules);
  return published;
}

function addMention(drafts: Map<string, Draft>, mention: Mention, metadata: Metadata | undefined): void {
  const draft = drafts.get(mention.path) ?? newDraft();
  drafts.set(mention.path, draft);
  noteMetadata(draft, metadataOf(mention.path, mention.title, metadata));
  if (!mention.isActive) {
    draft.outBy ??= mention.reason;
    return;
  }
  draft.isActive = true;
  draft.reason = mention.reason;
  draft.title = mention.title ?? draft.title;
  draft.module = mention.module ?? draft.module;
  draft.isReached ||= mention.source === 'module';
}

function newDraft(): Draft {
  return {
    title: '',
    module: undefined,
    reason: '',
    isReached: false,
    outBy: undefined,
    isActive: false,
    closedBy: undefined,
    hiddenBy: undefined,
    url: undefined,
  };
}

function noteMetadata(draft: Draft, entry: MetadataEntry | undefined): void {
  draft.closedBy ??= entry?.closedBy;
  draft.hiddenBy ??= entry?.hiddenBy;
  draft.url ??= entry?.url;
}

/** Files are known by path, pages and assignments by title. */
function metadataOf(
  path: string,
  title: string | undefined,
  metadata: Metadata | undefined,
): MetadataEntry | undefined {
  const below = belowWebResources(path);
  if (below !== undefined) return metadata?.file(below);
  return title === undefined ? undefined : metadata?.titled(title);
}

function settled(path: string, draft: Draft, rules: PublishRules): PublishedFile {
  const outBy = whyOut(path, draft, rules);
  const { title, module, url } = draft;
  return { published: outBy === undefined, reason: outBy ?? draft.reason, title, module, url };
}

function whyOut(path: string, draft: Draft, rules: PublishRules): string | undefined {
  if (!draft.isActive) return draft.outBy;
  if (isTutorFile(path, rules.tutorFolder)) return 'in the tutor folder';
  if (draft.closedBy !== undefined) return draft.closedBy;
  if (draft.hiddenBy !== undefined) return draft.hiddenBy;
  const isListed = belowWebResources(path) === undefined || draft.isReached || !rules.filesTabHidden;
  return isListed ? undefined : 'the Files tab is hidden, and no module or page leads to it';
}

/** A link reaches what is merely hidden, but not what is closed. */
function addEmbed(
  published: Map<string, PublishedFile>,
  drafts: ReadonlyMap<string, Draft>,
  path: string,
  page: string,
  rules: PublishRules,
): void {
  const known = published.get(path);
  if (known?.published === true || isTutorFile(path, rules.tutorFolder)) return;
  const entry = metadataOf(path, undefined, rules.metadata);
  const closedBy = drafts.get(path)?.closedBy ?? entry?.closedBy;
  const listing = { title: '', module: undefined, url: known?.url ?? entry?.url };
  if (closedBy === undefined)
    published.set(path, { ...listing, published: true, reason: `linked from "${page}"` });
  else published.set(path, { ...listing, published: false, reason: closedBy });
}

export function belowWebResources(path: string): string | undefined {
  return path.startsWith('web_resources/') ? path.slice('web_resources/'.length) : undefined;
}

export function isTutorFile(path: string, tutorFolder: string): boolean {
  return path.startsWith(`${tutorFolder.replace(/\/+$/, '')}/`);
}
