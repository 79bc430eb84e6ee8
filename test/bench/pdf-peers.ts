/** Other converters, installed into a temp folder where they can be; nothing of them is a dependency. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type Command, MARK, nodePeer, pythonPeer } from './pdf-quality/peer-install.ts';

export interface Peer {
  readonly name: string;
  /** The command before the paths of the PDFs, or why the peer can't be had. */
  command(): Promise<Command | string>;
}

/** What a peer made of one PDF; the time without loading the peer itself. */
export interface PeerResult {
  readonly path: string;
  /** Empty where it failed. */
  readonly text: string;
  readonly cpuMs: number;
  readonly ms: number;
  /** Of the process up to here. */
  readonly peakMb: number;
}

/** Long enough for the slowest peer on a book of 400 pages. */
const CONVERT_TIMEOUT_MS = 1_200_000;

export const PEERS: readonly Peer[] = [
  {
    name: 'markitdown',
    command: () =>
      pythonPeer('markitdown', 'markitdown[pdf]', [
        'from markitdown import MarkItDown',
        'converter = MarkItDown()',
        'convert = lambda path: converter.convert(path).text_content',
      ]),
  },
  {
    name: 'pymupdf4llm',
    command: () =>
      pythonPeer('pymupdf4llm', 'pymupdf4llm', [
        'import pymupdf4llm',
        'convert = lambda path: pymupdf4llm.to_markdown(path, show_progress=False)',
      ]),
  },
  {
    name: 'pdf-inspector',
    command: () =>
      pythonPeer('pdf_inspector', 'pdf-inspector', [
        'import pdf_inspector',
        'convert = lambda path: pdf_inspector.process_pdf(path).markdown',
      ]),
  },
  {
    name: 'pdf-oxide',
    command: () =>
      pythonPeer('pdf_oxide', 'pdf-oxide', [
        'import pdf_oxide',
        'convert = lambda path: pdf_oxide.PdfDocument(path).to_markdown_all()',
      ]),
  },
  {
    name: 'kreuzberg',
    command: () =>
      pythonPeer('kreuzberg', 'kreuzberg', [
        'from kreuzberg import ExtractionConfig, extract_file_sync',
        'settings = ExtractionConfig(output_format="markdown")',
        'convert = lambda path: extract_file_sync(path, config=settings).content',
      ]),
  },
  {
    // A JVM for every document: its CPU time is not in the figures.
    name: 'opendataloader-pdf',
    command: () =>
      pythonPeer('opendataloader_pdf', 'opendataloader-pdf', [
        'import glob, opendataloader_pdf, tempfile',
        'def convert(path):',
        '    with tempfile.TemporaryDirectory() as folder:',
        '        opendataloader_pdf.convert(path, output_dir=folder, format="markdown", image_output="off", quiet=True)',
        '        return open(glob.glob(folder + "/*.md")[0], encoding="utf-8").read()',
      ]),
  },
  { name: '@opendocsg/pdf2md', command: () => nodePeer('@opendocsg/pdf2md', '0.3.2') },
];

/** Converters that need weights of a model from a hub, which their packages don't carry. */
export const PEERS_WITH_MODELS = ['docling', 'marker-pdf', 'mineru'] as const;

/**
 * One process for as many as it survives. The document on which it crashes, or for which it needs longer than the
 * timeout, has no result; a new process goes on with the next.
 */
export async function convertByPeer(
  command: readonly string[],
  paths: readonly string[],
  timeoutMs = CONVERT_TIMEOUT_MS,
): Promise<ReadonlyMap<string, PeerResult>> {
  const results = new Map<string, PeerResult>();
  let rest = paths;
  while (rest.length > 0) {
    const done = await convertUntilStuck(command, rest, timeoutMs);
    for (const result of done) results.set(result.path, result);
    rest = rest.slice(done.length + 1);
  }
  return results;
}

/** The results in the order of the paths, up to the one that the peer doesn't survive. */
async function convertUntilStuck(
  [program = '', ...args]: readonly string[],
  paths: readonly string[],
  timeoutMs: number,
): Promise<PeerResult[]> {
  const child = spawn(program, [...args, ...paths], { stdio: ['ignore', 'pipe', 'ignore'] });
  const stop = (): boolean => child.kill('SIGKILL');
  const results: PeerResult[] = [];
  let timer = setTimeout(stop, timeoutMs);
  // A program that can't be started ends the output too.
  child.on('error', () => undefined);
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith(MARK)) continue;
    clearTimeout(timer);
    timer = setTimeout(stop, timeoutMs);
    results.push(JSON.parse(line.slice(MARK.length)));
  }
  clearTimeout(timer);
  return results;
}
