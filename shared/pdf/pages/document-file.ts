import { basename } from 'node:path';
import { SmallbatchError } from '../../errors.ts';
import type { ScratchFile } from '../../scratch-file.ts';
import { openPdf, type PdfDocument } from '../document.ts';
import type { DocumentFacts } from '../facts-schema.ts';
import { collectFacts } from './facts.ts';
import type { PageJournal } from './journal.ts';

export interface DocumentOrigin {
  /** The document's name for its readers; on disk it has another. */
  readonly name: string;
  /** Of its bytes, if it is known before they are fetched. */
  readonly sha256?: string;
  /** Brings the file to the scratch folder. */
  fetch(): Promise<ScratchFile>;
  stage(name: string): void;
}

/** One document, fetched and opened when something first needs it. */
export class DocumentFile {
  readonly #origin: DocumentOrigin;
  #file: ScratchFile | undefined;
  #document: PdfDocument | undefined;

  constructor(origin: DocumentOrigin) {
    this.#origin = origin;
  }

  async fetch(): Promise<ScratchFile> {
    if (this.#file) return this.#file;
    this.#origin.stage('pdf: read');
    this.#file = await this.#origin.fetch();
    return this.#file;
  }

  /** @throws SmallbatchError PDF_INVALID, PDF_PASSWORD */
  async open(): Promise<PdfDocument> {
    if (this.#document) return this.#document;
    const { path } = await this.fetch();
    this.#origin.stage('pdf: open');
    try {
      this.#document = await openPdf(path);
      return this.#document;
    } catch (error) {
      if (!(error instanceof SmallbatchError)) throw error;
      const message = error.message.replace(basename(path), this.#origin.name);
      throw new SmallbatchError(error.code, message, { cause: error });
    }
  }

  /** What the journal knows of the document, or what its pages tell. */
  async facts(journal: PageJournal | undefined): Promise<DocumentFacts> {
    const sha256 = this.#origin.sha256 ?? (await this.fetch()).sha256;
    const known = await journal?.readFacts(sha256);
    if (known) return known;
    const document = await this.open();
    this.#origin.stage('pdf: facts');
    const facts = collectFacts(document, sha256);
    await journal?.writeFacts(facts);
    return facts;
  }

  close(): void {
    this.#document?.close();
    this.#document = undefined;
  }
}
