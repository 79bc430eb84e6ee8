import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { BOOK } from '../support/kinds/book-kind.ts';
import { runSource } from '../support/stack/run-lines.ts';

const MODULE = fileURLToPath(import.meta.resolve('../support/kinds/book-kind.ts'));
/** 352 pages; beside the project, not in it. */
export const BOOK_PDF = '../shared/data/pdf/pdf.js__freeculture.pdf';
const GROWTH_MIB = 10;

/** So many of the last clusters make up more than the ten seconds after which heaps are tidied. */
const LATE_CLUSTERS = 300;

/** 1,000 clusters of PDF pages through one warm function: its RSS after the last of them is what it was after the twentieth. */
export async function bench(): Promise<void> {
  if (!existsSync(BOOK_PDF)) return console.log(`skipped: ${BOOK_PDF} is not there`);
  const rss: number[] = [];
  const run = await runSource({
    kind: 'book',
    modules: [MODULE],
    name: 'book.pdf',
    body: await readFile(BOOK_PDF),
    concurrency: 1,
    log: (line) => {
      const match = /"message":"cluster".*"rssMb":(\d+)/.exec(line);
      if (match) rss.push(Number(match[1]));
    },
  });
  const early = rss[19] ?? 0;
  const late = Math.max(...rss.slice(-LATE_CLUSTERS));
  const process = run.functions.find(({ name }) => name.startsWith('process-book'));
  console.log(
    `${run.items.ok} of ${BOOK.clusters} clusters of ${BOOK.pages} pages, ${run.seconds.toFixed(1)} s, ${process?.coldStarts} function`,
  );
  console.log(
    `RSS after cluster 20: ${early} MB, after ${rss.length}: ${rss.at(-1)} MB, at most ${late} MB after each of the last ${LATE_CLUSTERS}, peak ${process?.peakRssMb} of ${process?.memoryMb} MB`,
  );
  const isFlat = late - early <= GROWTH_MIB && run.items.ok === BOOK.clusters && process?.coldStarts === 1;
  console.log(
    isFlat
      ? `growth ${late - early} MiB, at most ${GROWTH_MIB} allowed`
      : `WRONG: growth ${late - early} MiB`,
  );
  if (!isFlat) globalThis.process.exitCode = 1;
}
