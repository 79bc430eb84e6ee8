/** Converted pages and document facts that an earlier attempt, or another run, left in the kind's journal. */
import { createHash } from 'node:crypto';
import type { Journal, Json } from '../../kind.ts';
import { type DocumentFacts, documentFactsSchema } from '../facts-schema.ts';
import type { PageResult } from '../page-result.ts';
import { PDF_LIBRARY_VERSION } from '../version.ts';
import { parsePageResult } from './lines.ts';

/**
 * Keys say all that a page depends on: the document's bytes, this library, the page's settings, its number. `settings` is
 * what converting a page depends on, as JSON; it never holds a secret.
 */
export class PageJournal {
  readonly #journal: Journal;
  readonly #digest: string;

  constructor(journal: Journal, settings: Json) {
    this.#journal = journal;
    this.#digest = createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 16);
  }

  /** Undefined also for an entry that is none: it is then written anew. */
  async readFacts(sha256: string): Promise<DocumentFacts | undefined> {
    const entry = await this.#journal.read(factsKey(sha256));
    const facts = entry && parseFacts(toText(entry));
    return facts?.sha256 === sha256 ? facts : undefined;
  }

  async writeFacts(facts: DocumentFacts): Promise<void> {
    await this.#journal.write(factsKey(facts.sha256), JSON.stringify(facts));
  }

  /** Those of a cluster's pages (it has so few that they are asked for at once) that are there, in the order asked for. */
  async readPages(sha256: string, pages: readonly number[]): Promise<Map<number, PageResult>> {
    const found = await Promise.all(pages.map((page) => this.#readPage(sha256, page)));
    return new Map(found.flatMap((result) => (result ? [[result.page, result] as const] : [])));
  }

  /** What failed, or went less well than it should have, is not kept: the next attempt may do better. */
  async writePage(sha256: string, result: PageResult): Promise<void> {
    if (result.status === 'failed' || result.error !== undefined) return;
    await this.#journal.write(this.#key(sha256, `${result.page}.json`), JSON.stringify(result));
  }

  /** A picture of a page, written before the page is. */
  async writeFigure(sha256: string, name: string, bytes: Uint8Array): Promise<void> {
    await this.#journal.write(this.#key(sha256, name), bytes);
  }

  async readFigure(sha256: string, name: string): Promise<Uint8Array | undefined> {
    return await this.#journal.read(this.#key(sha256, name));
  }

  async #readPage(sha256: string, page: number): Promise<PageResult | undefined> {
    const entry = await this.#journal.read(this.#key(sha256, `${page}.json`));
    const result = entry && parsePageResult(toText(entry));
    return result?.page === page ? result : undefined;
  }

  #key(sha256: string, name: string): string {
    return `${sha256}/${PDF_LIBRARY_VERSION}/${this.#digest}/${name}`;
  }
}

const factsKey = (sha256: string): string => `${sha256}/${PDF_LIBRARY_VERSION}/document.json`;

const toText = (entry: Uint8Array): string => Buffer.from(entry).toString('utf8');

function parseFacts(json: string): DocumentFacts | undefined {
  try {
    return documentFactsSchema.safeParse(JSON.parse(json)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
