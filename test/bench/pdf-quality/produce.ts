/** Prints corpus documents to PDF by the producers that this machine has. */
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Document } from './ast.ts';
import { toHtml } from './to-html.ts';
import { isForLatex, toLatex } from './to-latex.ts';

const run = promisify(execFile);

const PRINT_TIMEOUT_MS = 120_000;

export interface Producer {
  readonly name: 'chromium' | 'libreoffice' | 'latex';
  readonly command: string;
  prints(document: Document): boolean;
  print(document: Document, folder: string): Promise<void>;
}

const chromium: Producer = {
  name: 'chromium',
  command: 'chromium',
  prints: () => true,
  async print(document, folder) {
    writeFileSync(join(folder, 'a.html'), toHtml(document));
    await run(
      'chromium',
      [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--no-pdf-header-footer',
        `--user-data-dir=${folder}/profile`,
        `--print-to-pdf=${folder}/a.pdf`,
        `${folder}/a.html`,
      ],
      { timeout: PRINT_TIMEOUT_MS },
    );
  },
};

export const PRODUCERS: readonly Producer[] = [
  chromium,
  {
    name: 'libreoffice',
    command: 'soffice',
    // Writer's HTML import knows neither columns nor page heads.
    prints: (document) => document.columns === 1,
    async print(document, folder) {
      writeFileSync(join(folder, 'a.html'), toHtml(document));
      await run(
        'soffice',
        [
          '--headless',
          `-env:UserInstallation=file://${tmpdir()}/smallbatch-soffice`,
          '--infilter=HTML (StarWriter)',
          '--convert-to',
          'pdf:writer_pdf_Export',
          '--outdir',
          folder,
          join(folder, 'a.html'),
        ],
        { timeout: PRINT_TIMEOUT_MS },
      );
    },
  },
  {
    name: 'latex',
    command: 'pdflatex',
    prints: isForLatex,
    async print(document, folder) {
      writeFileSync(join(folder, 'a.tex'), toLatex(document));
      // Twice: longtable finds its column widths on the second pass.
      for (let pass = 0; pass < 2; pass += 1) {
        await run('pdflatex', ['-interaction=batchmode', 'a.tex'], {
          cwd: folder,
          timeout: PRINT_TIMEOUT_MS,
        });
      }
    },
  },
];

export function isInstalled(command: string): boolean {
  try {
    execFileSync('which', [command], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The PDF of `document` by `producer`; printed once and kept in the cache folder under its content's hash. */
export async function producePdf(document: Document, producer: Producer, cache: string): Promise<string> {
  const source = producer.name === 'latex' ? toLatex(document) : toHtml(document);
  const hash = createHash('sha256').update(source).digest('hex').slice(0, 12);
  const path = join(cache, `${document.name}.${producer.name}.${hash}.pdf`);
  if (existsSync(path)) return path;
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'smallbatch-print-'));
  try {
    await producer.print(document, folder);
    renameSync(join(folder, 'a.pdf'), path);
    return path;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
