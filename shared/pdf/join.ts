/** Joins page results to one document's Markdown, in chunks, holding one page at a time. */
import type { PageResult } from './page.ts';

/** Markdown chunks in order. A failed page leaves an HTML comment, so that nothing is missing silently. */
export async function* joinPages(pages: AsyncIterable<PageResult>): AsyncIterable<string> {
  let isFirst = true;
  for await (const page of pages) {
    const text = page.status === 'failed' ? failureMark(page) : page.markdown;
    if (text === '') continue;
    yield isFirst ? text : `\n\n${text}`;
    isFirst = false;
  }
  if (!isFirst) yield '\n';
}

function failureMark(page: PageResult): string {
  const reason = (page.error ?? 'unknown reason').replace(/--+>?/g, '-').slice(0, 300);
  return `<!-- page ${page.page} could not be converted: ${reason} -->`;
}
