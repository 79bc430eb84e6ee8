import type { ProcessContext } from '../../../kind.ts';
import type { Block } from '../../../markdown/block.ts';
import { htmlBlocks } from '../../../text/html.ts';
import type { MemberData, TaskData } from '../schema.ts';
import { detailBlocks, taskDetails, termDetails } from './details.ts';
import { resolverOf, titleBlock } from './item-text.ts';
import { rubricBlocks } from './rubric.ts';
import { memberRecords, wholeMarkup } from './whole.ts';

/** An assignment: its terms, its text, its rubric. The text is a page, or (CC 1.3) stands in its own XML. */
export async function assignmentBlocks(
  data: MemberData,
  task: TaskData,
  context: ProcessContext<unknown>,
): Promise<Block[]> {
  const { listing, timeZone, links } = data;
  return [
    titleBlock(listing),
    ...detailBlocks([...termDetails(listing, timeZone), ...taskDetails(task)]),
    ...htmlBlocks(await assignmentHtml(data, context), resolverOf(links)),
    ...(task.rubric === undefined ? [] : rubricBlocks(task.rubric)),
  ];
}

async function assignmentHtml({ member }: MemberData, context: ProcessContext<unknown>): Promise<string> {
  if (!member.name.endsWith('.xml')) return await wholeMarkup(member, context);
  const [assignment] = await memberRecords(member, ['assignment'], context);
  return assignment?.fields.get('text') ?? '';
}
