import { LinkScan } from '../../links/scan.ts';

/** Links within the course in pieces of HTML. */
export async function scannedLinks(pieces: Iterable<string | undefined>): Promise<readonly string[]> {
  const scan = new LinkScan();
  for (const html of pieces) if (html !== undefined) await scan.addHtml(html);
  return scan.links;
}
