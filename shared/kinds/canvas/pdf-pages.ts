import type { ProcessContext } from '../../kind.ts';
import { DocumentFile } from '../../pdf/pages/document-file.ts';
import { PageJournal } from '../../pdf/pages/journal.ts';
import type { PdfOptions } from '../../pdf/pdf-options.ts';
import type { ZipMember } from '../../zip/archive.ts';
import { memberFile } from './member-file.ts';
import type { CanvasOptions } from './options.ts';

type Context = ProcessContext<CanvasOptions>;

/** The member, fetched and opened when it is needed. */
export function documentOf(member: ZipMember, context: Context, sha256?: string): DocumentFile {
  const { name } = member;
  const stage = (stage: string): void => context.stage(stage);
  return new DocumentFile({ name, sha256, stage, fetch: () => memberFile(member, context, sha256) });
}

export function pdfOptions({ ocr, ocrLanguages }: CanvasOptions): PdfOptions {
  return { ocr, ocrLanguages };
}

export function pageJournal({ options, journal }: Context): PageJournal | undefined {
  const { ocr, ocrLanguages } = options;
  return options.journal === 'on' ? new PageJournal(journal, { ocr, ocrLanguages }) : undefined;
}
