import type { Item, ProcessContext } from '../../kind.ts';
import { type ClusterPlan, toClusterId } from '../../pdf/clusters.ts';
import { DocumentFile } from '../../pdf/document-file.ts';
import type { DocumentFacts } from '../../pdf/facts.ts';
import type { PdfOptions } from '../../pdf/page.ts';
import { PageJournal } from '../../pdf/page-journal.ts';
import type { ZipMember } from '../../zip/archive.ts';
import { memberFile } from './member-file.ts';
import type { CanvasData, CanvasOptions } from './schema.ts';

type Context = ProcessContext<CanvasOptions>;

/** The items that a long PDF expands into. */
export function pageItems(
  member: ZipMember,
  facts: DocumentFacts,
  { clusters, hasScans }: ClusterPlan,
): Item<CanvasData>[] {
  return clusters.map((range) => ({
    id: toClusterId(range),
    identity: `${facts.sha256}-${range.from}-${range.to}`,
    // an item reads the whole file, but on a warm function only once: its share of the bytes packs neighbours together
    bytes: Math.ceil((member.compressedBytes * (range.to - range.from + 1)) / facts.pages),
    data: { type: 'pages', member, ...range, facts, hasScans },
  }));
}

export function documentOf(member: ZipMember, context: Context, sha256?: string): DocumentFile {
  const { name } = member;
  const stage = (stage: string): void => context.stage(stage);
  return new DocumentFile({ name, stage, fetch: () => memberFile(member, context, sha256) });
}

export function pdfOptions({ ocr, ocrLanguages }: CanvasOptions): PdfOptions {
  return { ocr, ocrLanguages };
}

export function pageJournal({ options, journal }: Context): PageJournal | undefined {
  const { ocr, ocrLanguages } = options;
  return options.journal === 'on' ? new PageJournal(journal, { ocr, ocrLanguages }) : undefined;
}
