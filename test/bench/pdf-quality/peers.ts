/** Other converters on the same PDFs: one process a peer, which loads its library once. */
import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

const PEER_TIMEOUT_MS = 1_200_000;
const MAX_OUTPUT_BYTES = 2 ** 28;

export interface Peer {
  readonly name: string;
  readonly module: string;
  /** Python that defines `convert(path)`. */
  readonly code: string;
}

export const PEERS: readonly Peer[] = [
  {
    name: 'markitdown',
    module: 'markitdown',
    code: 'from markitdown import MarkItDown\nconverter = MarkItDown()\ndef convert(path): return converter.convert(path).text_content',
  },
  {
    name: 'pymupdf4llm',
    module: 'pymupdf4llm',
    code: 'import pymupdf4llm\ndef convert(path): return pymupdf4llm.to_markdown(path, show_progress=False)',
  },
];

export function isImportable(module: string): boolean {
  try {
    execFileSync('python3', ['-c', `import ${module}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Markdown by path; a document on which the peer fails is the empty text. */
export async function convertByPeer(
  peer: Peer,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const program = `${peer.code}
import json, sys
for path in sys.argv[1:]:
    try:
        text = convert(path)
    except Exception as error:
        text = ''
    print('@@' + json.dumps([path, text]))`;
  const { stdout } = await run('python3', ['-c', program, ...paths], {
    timeout: PEER_TIMEOUT_MS,
    maxBuffer: MAX_OUTPUT_BYTES,
  });
  const lines = stdout.split('\n').filter((line) => line.startsWith('@@'));
  return new Map(lines.map((line): [string, string] => JSON.parse(line.slice(2))));
}
