import type { ProcessContext } from '../../../kind.ts';
import { type Block, bullets, heading } from '../../../markdown/block.ts';
import { link } from '../../../markdown/inline.ts';
import type { XmlRecord } from '../../../xml/records.ts';
import type { Content, MemberData } from '../schema.ts';
import { type Detail, detailBlocks, taskDetails, termDetails } from './details.ts';
import { type Resolve, resolverOf, textBlocks, titleBlock } from './item-text.ts';
import { rubricBlocks } from './rubric.ts';
import { memberRecords } from './whole.ts';

type Topic = Extract<Content, { type: 'topic' }>;

const DATES = { from: 'Posted', until: 'Open until' };

/** A discussion or an announcement: its dates, its text, its attachments. */
export async function topicBlocks(
  data: MemberData,
  { settings, task }: Topic,
  context: ProcessContext<unknown>,
): Promise<Block[]> {
  const { member, listing, timeZone, links } = data;
  const records = await memberRecords(member, ['topic', 'text', 'attachment'], context);
  const [meta] = await memberRecords(settings, ['topicMeta'], context);
  const resolve = resolverOf(links);
  const graded = task === undefined ? [] : taskDetails({ ...task, submissionTypes: [] });
  return [
    titleBlock(listing),
    ...detailBlocks([...topicDetails(meta), ...termDetails(listing, timeZone, DATES), ...graded]),
    ...bodyBlocks(records, resolve),
    ...attachmentBlocks(records, resolve),
    ...(task?.rubric === undefined ? [] : rubricBlocks(task.rubric)),
  ];
}

function topicDetails(meta: XmlRecord | undefined): Detail[] {
  const isTrue = (name: string): boolean => meta?.fields.get(name) === 'true';
  return [
    ['Group', meta?.fields.get('group_category') || undefined],
    ['Comments', isTrue('locked') ? 'closed' : undefined],
    ['Replies', isTrue('require_initial_post') ? 'shown after a first post of one’s own' : undefined],
  ];
}

function bodyBlocks(records: readonly XmlRecord[], resolve: Resolve): readonly Block[] {
  const body = records.find(({ name }) => name === 'text');
  const isHtml = body?.attributes.get('texttype') !== 'text/plain';
  return body === undefined ? [] : textBlocks(body.text, isHtml, resolve);
}

function attachmentBlocks(records: readonly XmlRecord[], resolve: Resolve): Block[] {
  const hrefs = records.map(({ attributes }) => attributes.get('href') ?? '').filter((href) => href !== '');
  if (hrefs.length === 0) return [];
  return [
    heading(2, 'Attachments'),
    bullets(hrefs.map((href) => [link(nameOf(href), resolve(href) ?? href)])),
  ];
}

function nameOf(href: string): string {
  return href.slice(href.lastIndexOf('/') + 1);
}
