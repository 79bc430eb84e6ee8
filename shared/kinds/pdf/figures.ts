import { posix } from 'node:path';
import type { ItemResult, JoinContext, Output, ProcessContext } from '../../kind.ts';
import type { PageResult } from '../../pdf/page-result.ts';
import type { PageJournal } from '../../pdf/pages/journal.ts';
import type { PutFigure } from '../../pdf/pdf-options.ts';
import type { Origin } from './schema.ts';

/** A document's pictures on their way to its readers. */
export interface FigureStore {
  readonly outputs: readonly Output[];
  readonly putFigure: PutFigure;
  /** Stores the pictures of a page that was converted earlier; false if one of them is gone. */
  restore(page: PageResult): Promise<boolean>;
}

/**
 * Pictures lie in a folder beside the Markdown that is named by the document's bytes: so the same page has the same Markdown
 * whatever its document is called, and may come from the journal, which keeps the pictures too.
 */
export function figureStore(
  { path }: Origin,
  sha256: string,
  journal: PageJournal | undefined,
  context: ProcessContext<unknown>,
): FigureStore {
  const folder = `figures/${sha256.slice(0, FOLDER_CHARS)}`;
  const outputs: Output[] = [];
  const put = async (name: string, bytes: Uint8Array, contentType: string): Promise<void> => {
    outputs.push(await context.put(posix.join(posix.dirname(path), folder, name), bytes, contentType));
  };
  return {
    outputs,
    async putFigure(name, bytes, contentType) {
      await put(name, bytes, contentType);
      await journal?.writeFigure(sha256, name, bytes);
      return `${folder}/${name}`;
    },
    async restore({ figures = [] }) {
      for (const { ref, contentType } of figures) {
        const name = posix.basename(ref);
        const bytes = await journal?.readFigure(sha256, name);
        if (!bytes) return false;
        await put(name, bytes, contentType);
      }
      return true;
    },
  };
}

/** Enough of the digest to tell the documents of one folder from each other. */
const FOLDER_CHARS = 16;

/** The pictures that page clusters stored, stored once more with the document that they belong to. */
export async function copyFigures(
  clusters: readonly ItemResult[],
  context: JoinContext<unknown>,
): Promise<Output[]> {
  const copies: Output[] = [];
  for (const { outputs } of clusters) {
    // the first one holds the pages
    for (const output of outputs.slice(1))
      copies.push(await context.put(output.path, context.read(output), output.contentType));
  }
  return copies;
}
