import { type HtmlTag, htmlTags } from '../../../text/html-tags.ts';
import type { XmlRecord } from '../../../xml/records.ts';
import { pathOfLink } from '../links.ts';
import { type Clock, isDateLocked } from './date-lock.ts';

/** What a page's own HTML says. */
export interface PageHead {
  readonly title: string;
  readonly workflowState: string | undefined;
  /** Archive paths of the files that it links to. */
  readonly embeds: readonly string[];
}

const FILE_BASE = /^(?:\$|%24)IMS-CC-FILEBASE(?:\$|%24)\/?/;
/** Links of one page that are followed: a page of links must not fill the memory. */
const MAX_EMBEDS = 10_000;

/** Reads title, workflow state and file links of a page of any size. */
export async function readPageHead(html: AsyncIterable<string>): Promise<PageHead> {
  let title: string | undefined;
  let workflowState: string | undefined;
  const embeds: string[] = [];
  for await (const tag of htmlTags(html)) {
    if (tag.name === 'title') title ??= tag.text.trim();
    if (isWorkflowState(tag)) workflowState ??= tag.attributes.get('content');
    const embed = embedOf(tag);
    if (embed !== undefined && embeds.length < MAX_EMBEDS) embeds.push(embed);
  }
  return { title: title ?? '', workflowState, embeds };
}

function isWorkflowState({ name, attributes }: HtmlTag): boolean {
  return name === 'meta' && attributes.get('name') === 'workflow_state';
}

/** The archive path of the file that a tag links to, if it is such a link. */
function embedOf({ name, attributes }: HtmlTag): string | undefined {
  const href = name === 'a' ? attributes.get('href') : undefined;
  if (href === undefined || !FILE_BASE.test(href)) return undefined;
  return pathOfLink(href.replace(FILE_BASE, 'web_resources/'));
}

/** The assignment that an assignment_settings.xml describes. */
export interface Assignment {
  readonly title: string;
  /** Why students can't see it. */
  readonly hiddenBy: string | undefined;
}

/** From the record `assignment`; without one, it counts as unpublished. */
export function toAssignment(record: XmlRecord | undefined, clock: Clock): Assignment {
  const field = (name: string): string => record?.fields.get(name) ?? '';
  return { title: field('title'), hiddenBy: assignmentReason(field, clock) };
}

function assignmentReason(field: (name: string) => string, clock: Clock): string | undefined {
  const state = field('workflow_state');
  if (state !== 'published') return `assignment is ${state === '' ? 'without a workflow state' : state}`;
  if (field('only_visible_to_overrides') === 'true') return 'assignment is for some students only';
  if (field('hide_in_gradebook') === 'true') return 'assignment is hidden in the gradebook';
  if (field('module_locked') === 'true') return 'assignment is locked by its module';
  const range = { unlockAt: field('unlock_at'), lockAt: field('lock_at') };
  return isDateLocked(range, clock) ? 'assignment is locked by date' : undefined;
}
