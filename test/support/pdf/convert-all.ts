import { openPdf } from '../../../shared/pdf/document.ts';
import { convertPage } from '../../../shared/pdf/page.ts';
import type { PageResult } from '../../../shared/pdf/page-result.ts';
import { collectProfile } from '../../../shared/pdf/profile.ts';
import { withFile } from './writer.ts';

/** All pages of a small PDF, without OCR. */
export function convertAll(bytes: Uint8Array): Promise<PageResult[]> {
  return withFile(bytes, async (path) => {
    const document = await openPdf(path);
    try {
      const profile = collectProfile(document);
      const results: PageResult[] = [];
      for (let page = 1; page <= document.pages; page += 1)
        results.push(await convertPage(document, page, profile, { ocr: 'off' }));
      return results;
    } finally {
      document.close();
    }
  });
}
