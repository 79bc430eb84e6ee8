/** Speed and memory of PDF → Markdown, beside the tools that are installed. Each measurement runs in a program of its own. */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type PageSpec, textLines, writePdf, writeScan } from '../support/pdf-writer.ts';
import { SENTENCES } from './pdf-quality/prose.ts';

const run = promisify(execFile);

const OWN_PAGES = 400;
const LINES_PER_PAGE = 46;
/** V8 lets its young generation grow to 48 MB, which is no need of ours. */
const SMALL_NURSERY = '--max-semi-space-size=2';
const SLOW_PEER_PAGES = 60;
const RENDERED_PAGES = 400;
const SCANNED_PAGES = 4;
const TOOL_TIMEOUT_MS = 300_000;
const DATA = '../shared/data/pdf';

interface Peer {
  readonly name: string;
  readonly command: string;
  args(path: string): string[];
  /** Left out of longer documents: it takes minutes for them. */
  readonly maxPages?: number;
}

const PEERS: readonly Peer[] = [
  {
    name: 'mutool draw -F text',
    command: 'mutool',
    args: (path) => ['draw', '-q', '-F', 'text', '-o', '/dev/null', path],
  },
  {
    name: 'mutool draw -r 150 -c gray -F png',
    command: 'mutool',
    args: (path) => ['draw', '-q', '-r', '150', '-c', 'gray', '-F', 'png', '-o', '/dev/null', path],
    maxPages: RENDERED_PAGES,
  },
  {
    name: 'pdftoppm -r 150 -gray -png',
    command: 'pdftoppm',
    args: (path) => ['-r', '150', '-gray', '-png', path, join(tmpdir(), 'smallbatch-pdf-bench', 'page')],
    maxPages: SLOW_PEER_PAGES,
  },
  { name: 'pdftotext', command: 'pdftotext', args: (path) => [path, '/dev/null'] },
  {
    name: 'pymupdf4llm',
    command: 'python3',
    args: (path) => ['-c', 'import sys, pymupdf4llm; pymupdf4llm.to_markdown(sys.argv[1])', path],
    maxPages: SLOW_PEER_PAGES,
  },
  { name: 'markitdown', command: 'markitdown', args: (path) => [path], maxPages: SLOW_PEER_PAGES },
];

/** Prints pages a second, peak RSS and its growth from page 100 to 300, by document. */
export async function bench(): Promise<void> {
  for (const path of [await ownDocument(), ...dataFiles()]) {
    console.log(`pdf: ${path.replace(tmpdir(), '')}`);
    const pages = await measureOwn(path, 'text');
    if (pages <= RENDERED_PAGES) await measureOwn(path, 'render');
    for (const peer of PEERS) {
      if (pages > (peer.maxPages ?? pages))
        console.log(`  ${peer.name}: left out, over ${peer.maxPages} pages`);
      else await measurePeer(peer, path);
    }
  }
  console.log(`pdf: ${SCANNED_PAGES} scanned pages`);
  await measureOwn(await scannedDocument(), 'ocr');
}

/** A few pages of print as pictures. */
async function scannedDocument(): Promise<string> {
  const path = join(tmpdir(), 'smallbatch-pdf-bench', `scan-${SCANNED_PAGES}.pdf`);
  if (existsSync(path)) return path;
  const texts = textLines(
    SENTENCES.en.map((sentence) => sentence.slice(0, 80)),
    { x: 60, y: 80, size: 11 },
    18,
  );
  writeFileSync(path, await writeScan(await writePdf([{ texts }]), 0, SCANNED_PAGES));
  return path;
}

function dataFiles(): string[] {
  const names = ['pdf.js__freeculture.pdf', 'pdf.js__tracemonkey.pdf', 'derived__3168pages.pdf'];
  if (!existsSync(DATA)) {
    console.log(`pdf: ${DATA} is not there; only the generated document is measured`);
    return [];
  }
  return names.map((name) => join(DATA, name)).filter((path) => existsSync(path));
}

/** A book of plain text pages with headings and running heads. */
async function ownDocument(): Promise<string> {
  const folder = join(tmpdir(), 'smallbatch-pdf-bench');
  const path = join(folder, `book-${OWN_PAGES}.pdf`);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const lines = SENTENCES.en.map((sentence) => sentence.slice(0, 90));
  const pages = Array.from({ length: OWN_PAGES }, (_, page): PageSpec => {
    const text = Array.from(
      { length: LINES_PER_PAGE },
      (_, row) => lines[(page * 7 + row) % lines.length] ?? '',
    );
    return {
      texts: [
        { text: `A book of harbours ${page + 1}`, x: 72, y: 40, size: 8 },
        { text: `Chapter ${page + 1}`, x: 72, y: 90, size: 16, font: 'Helvetica-Bold' },
        ...textLines(text, { x: 72, y: 120 }, 13),
      ],
    };
  });
  writeFileSync(path, await writePdf(pages));
  return path;
}

interface Measured {
  readonly pages: number;
  readonly failed: number;
  readonly profileMs: number;
  readonly ms: number;
  readonly peakMb: number;
  readonly growthMb: number | null;
}

/** Prints one line and gives the number of pages. */
async function measureOwn(path: string, mode: 'text' | 'render' | 'ocr'): Promise<number> {
  const { stdout } = await run(process.execPath, [SMALL_NURSERY, 'test/bench/pdf-run.ts', path, mode], {
    timeout: TOOL_TIMEOUT_MS,
  });
  const { pages, failed, profileMs, ms, peakMb, growthMb }: Measured = JSON.parse(stdout);
  const rate = ((pages / ms) * 1000).toFixed(mode === 'ocr' ? 2 : 0);
  const growth =
    growthMb === null ? 'fewer than 300 pages' : `${growthMb.toFixed(1)} MiB from page 100 to 300`;
  console.log(
    `  smallbatch ${mode}: ${pages} pages (${failed} failed) in ${(ms / 1000).toFixed(2)} s, ${rate} pages/s, profile ${Math.round(profileMs)} ms, peak ${Math.round(peakMb)} MiB, growth ${growth}`,
  );
  return pages;
}

async function measurePeer(peer: Peer, path: string): Promise<void> {
  if (!isInstalled(peer)) {
    console.log(`  ${peer.name}: skipped, not installed`);
    return;
  }
  const start = performance.now();
  try {
    await run(peer.command, peer.args(path), { timeout: TOOL_TIMEOUT_MS, maxBuffer: 2 ** 28 });
    console.log(`  ${peer.name}: ${((performance.now() - start) / 1000).toFixed(2)} s`);
  } catch (error) {
    console.log(`  ${peer.name}: failed, ${error instanceof Error ? error.message.slice(0, 120) : error}`);
  }
}

function isInstalled({ name, command }: Peer): boolean {
  try {
    if (command === 'python3') execFileSync(command, ['-c', `import ${name}`], { stdio: 'ignore' });
    else execFileSync('which', [command], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await bench();
