import { type HtmlTag, htmlTags } from '../../../../text/html-tags.ts';
import { LinkScan } from '../../links/scan.ts';

/** What a page's own HTML says. */
export interface PageHead {
  readonly title: string;
  readonly workflowState: string | undefined;
  readonly isFrontPage: boolean;
  /** Links within the course, as they stand there. */
  readonly links: readonly string[];
}

/** Reads title, state and links of a page of any size. */
export async function readPageHead(html: AsyncIterable<string>): Promise<PageHead> {
  let title: string | undefined;
  const meta = new Map<string, string>();
  const scan = new LinkScan();
  for await (const tag of htmlTags(html)) {
    if (tag.name === 'title') title ??= tag.text.trim();
    if (tag.name === 'meta') addMeta(meta, tag);
    scan.add(tag);
  }
  const workflowState = meta.get('workflow_state');
  return {
    title: title ?? '',
    workflowState,
    isFrontPage: meta.get('front_page') === 'true',
    links: scan.links,
  };
}

/** The first of a name counts. */
function addMeta(meta: Map<string, string>, { attributes }: HtmlTag): void {
  const name = attributes.get('name');
  const content = attributes.get('content');
  if (name !== undefined && content !== undefined && !meta.has(name)) meta.set(name, content);
}
