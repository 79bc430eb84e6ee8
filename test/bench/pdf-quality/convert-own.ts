/** A whole PDF to Markdown by this project. */
import { openPdf } from '../../../shared/pdf/document.ts';
import { joinPages } from '../../../shared/pdf/markdown/join.ts';
import { convertPage } from '../../../shared/pdf/page.ts';
import type { PageResult } from '../../../shared/pdf/page-result.ts';
import { collectProfile } from '../../../shared/pdf/profile.ts';

export async function convertOwn(path: string): Promise<string> {
  const document = await openPdf(path);
  try {
    let markdown = '';
    for await (const chunk of joinPages(convertPages(document))) markdown += chunk;
    return markdown;
  } finally {
    document.close();
  }
}

async function* convertPages(document: Awaited<ReturnType<typeof openPdf>>): AsyncIterable<PageResult> {
  const profile = collectProfile(document);
  for (let page = 1; page <= document.pages; page += 1) yield await convertPage(document, page, profile);
}
