import { join } from 'node:path';
import type { ProcessContext, SourceObject } from '../../kind.ts';
import { DocumentFile } from '../../pdf/pages/document-file.ts';
import { scratchFile } from '../../scratch-file.ts';
import { readMember } from '../../zip/member.ts';
import type { Origin, PdfKindOptions } from './schema.ts';

/** The largest document: half of the function's ephemeral storage; the other half takes the one that is being written. */
export const MAX_DOCUMENT_BYTES = 448 * 1024 * 1024;
/** As much as the archive reader asks for at a time. */
const CHUNK_BYTES = 4 * 1024 * 1024;

/** The document in the function's scratch folder, fetched and opened when it is needed. */
export function documentOf(
  { name, bytes, member, ...origin }: Origin,
  context: ProcessContext<PdfKindOptions>,
  sha256 = origin.sha256,
): DocumentFile {
  const { source, signal, scratch } = context;
  const read = () => (member ? readMember(source, member) : sourceBytes(source));
  const folder = { path: join(scratch, 'pdf'), maxBytes: MAX_DOCUMENT_BYTES, signal };
  return new DocumentFile({
    name,
    sha256,
    fetch: () => scratchFile({ name, bytes, sha256, read }, folder),
    stage: (stage) => context.stage(stage),
  });
}

export async function* sourceBytes(source: SourceObject): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < source.size; start += CHUNK_BYTES)
    yield await source.read(start, Math.min(start + CHUNK_BYTES, source.size));
}
