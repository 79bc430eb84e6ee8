import { existsSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { defineKind } from '../../../shared/kind.ts';
import { registerKind } from '../../../shared/kinds/index.ts';
import { openPdf, type PdfDocument } from '../../../shared/pdf/document.ts';
import type { PdfProfile } from '../../../shared/pdf/facts-schema.ts';
import { convertPage } from '../../../shared/pdf/page.ts';
import { collectProfile } from '../../../shared/pdf/profile.ts';

/**
 * A kind for benches: pages of one PDF over and over, without OCR (its thread comes and goes, and two of the 352 are pictures), `clusters` clusters of `pages` pages. Importing this module
 * registers it.
 */
export const BOOK = { clusters: 1000, pages: 20 } as const;

const pages = z.object({ from: z.number(), count: z.number() });

interface Opened {
  readonly document: PdfDocument;
  readonly profile: PdfProfile;
}
let opened: Promise<Opened> | undefined;

export const book = defineKind<Record<string, never>, z.output<typeof pages>>({
  name: 'book',
  version: 1,
  title: 'pages of one PDF, over and over',
  options: z.strictObject({}),
  data: pages,
  limits: {
    memoryMb: [512],
    timeoutSeconds: 60,
    itemSeconds: 20,
    concurrency: 2,
    scratchMb: 512,
    cluster: { items: 1, bytes: 1 << 30, seconds: 60 },
  },
  accepts: (name) => name.endsWith('.pdf'),
  estimate: () => ({ memoryMb: 200, seconds: 0.1 }),
  split: async () =>
    async function* () {
      for (let n = 0; n < BOOK.clusters; n++) {
        const data = { from: n * BOOK.pages, count: BOOK.pages };
        yield { item: { id: String(n).padStart(5, '0'), identity: '', bytes: 0, data } };
      }
    },
  work: async () => ({
    async process(item, context) {
      opened ??= open(context.source, context.scratch);
      const { document, profile } = await opened;
      const markdown: string[] = [];
      for (let n = 0; n < item.data.count; n++) {
        const page = ((item.data.from + n) % document.pages) + 1;
        markdown.push((await convertPage(document, page, profile, { ocr: 'off' })).markdown);
      }
      const output = await context.put(`${item.id}.md`, markdown.join('\n\n'), 'text/markdown');
      return { type: 'done', outputs: [output] };
    },
  }),
});

async function open(
  source: { size: number; read(start: number, end: number): Promise<Uint8Array> },
  scratch: string,
): Promise<Opened> {
  const file = join(scratch, 'book.pdf');
  if (!existsSync(file)) {
    await writeFile(`${file}.part`, await source.read(0, source.size));
    await rename(`${file}.part`, file);
  }
  const document = await openPdf(file);
  return { document, profile: collectProfile(document) };
}

registerKind(book as never);
