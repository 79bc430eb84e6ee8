/**
 * Opens a PDF by reads at offsets, never as one Buffer (which costs twice the file: 398 MiB against 110 for a 104 MB PDF).
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import type { Document } from 'mupdf';
import { SmallbatchError } from '../errors.ts';
import { type Engine, loadEngine } from './engine.ts';

export interface PdfDocument {
  readonly pages: number;
  readonly title: string | undefined;
  /** For the modules of this library only. */
  readonly engine: Engine;
  readonly handle: Document;
  /** Gives back the WASM memory and the file; the document can't be used afterwards. */
  close(): void;
}

/** The header may be preceded by junk; readers look for it in the first KB (ISO 32000-1, Annex H.3.4.1). */
const HEADER_BYTES = 1024;

/** Even inside a compressed object stream a page costs about a byte (page object, cross-reference, /Kids entry). */
const MIN_BYTES_PER_PAGE = 1;

/**
 * Opens the PDF at `path`; `password` is its user's or its owner's, and not needed where the file asks for none.
 * @throws SmallbatchError PDF_INVALID (not a PDF, cut off, no readable page) or PDF_PASSWORD (none, or another).
 */
export async function openPdf(path: string, password?: string): Promise<PdfDocument> {
  const engine = await loadEngine();
  const name = basename(path);
  const fd = openSync(path, 'r');
  let handle: Document | undefined;
  try {
    const size = fstatSync(fd).size;
    checkHeader(fd, size, name);
    handle = openHandle(engine, { fd, size, name });
    unlock(handle, name, password);
    const pages = countPages(handle, size, name);
    checkReadable(handle, pages, name);
    return toDocument(engine, handle, fd, pages);
  } catch (error) {
    handle?.destroy();
    closeSync(fd);
    throw error;
  }
}

function checkHeader(fd: number, size: number, name: string): void {
  if (size === 0) throw new SmallbatchError('PDF_INVALID', `${name} is empty (0 bytes)`);
  const head = Buffer.alloc(Math.min(HEADER_BYTES, size));
  readSync(fd, head, 0, head.length, 0);
  if (head.includes('%PDF-')) return;
  const found = /^\s*<(!doctype html|html|\?xml)/i.test(head.toString('latin1'))
    ? 'HTML or XML'
    : 'other data';
  throw new SmallbatchError(
    'PDF_INVALID',
    `${name} is not a PDF: expected "%PDF-" in its first ${HEADER_BYTES} bytes, found ${found}`,
  );
}

interface OpenFile {
  readonly fd: number;
  readonly size: number;
  readonly name: string;
}

function openHandle(engine: Engine, { fd, size, name }: OpenFile): Document {
  const stream = new engine.mupdf.Stream({
    fileSize: () => size,
    read: (memory, offset, length, position) => readSync(fd, memory, offset, length, position),
    close: () => undefined,
  });
  try {
    return engine.mupdf.Document.openDocument(stream, 'application/pdf');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SmallbatchError(
      'PDF_INVALID',
      `${name} can't be read as a PDF (cut off or damaged): ${reason}`,
      { cause: error },
    );
  } finally {
    stream.destroy();
    engine.takeLog();
  }
}

function unlock(handle: Document, name: string, password: string | undefined): void {
  if (!handle.needsPassword()) return;
  if (password === undefined)
    throw new SmallbatchError(
      'PDF_PASSWORD',
      `${name} needs a password; remove it and upload the file again`,
    );
  if (handle.authenticatePassword(password) === 0)
    throw new SmallbatchError('PDF_PASSWORD', `${name} needs another password than the one given`);
}

function countPages(handle: Document, size: number, name: string): number {
  let pages = 0;
  try {
    pages = handle.countPages();
  } catch (error) {
    checkClaim(claimedPages(handle), size, name);
    const reason = error instanceof Error ? error.message : String(error);
    throw new SmallbatchError('PDF_INVALID', `${name}: its page tree can't be read: ${reason}`, {
      cause: error,
    });
  }
  if (pages <= 0) {
    throw new SmallbatchError(
      'PDF_INVALID',
      `${name} has no pages: it is cut off or its page tree is damaged`,
    );
  }
  checkClaim(pages, size, name);
  return pages;
}

function checkClaim(pages: number, size: number, name: string): void {
  if (pages <= size / MIN_BYTES_PER_PAGE) return;
  throw new SmallbatchError('PDF_INVALID', `${name} claims ${pages} pages but has only ${size} bytes`);
}

/** `/Count` of the page tree's root, as the file says it. */
function claimedPages(handle: Document): number {
  const trailer = handle.asPDF()?.getTrailer();
  const count = trailer?.get('Root', 'Pages', 'Count');
  try {
    return count?.isNumber() ? count.asNumber() : 0;
  } finally {
    count?.destroy();
    trailer?.destroy();
  }
}

/** Some damaged files count pages well and fail at each: looking at the ends tells them from a file with one bad page. */
function checkReadable(handle: Document, pages: number, name: string): void {
  let cause: unknown;
  for (const index of new Set([0, pages - 1])) {
    try {
      handle.loadPage(index).destroy();
      return;
    } catch (error) {
      cause = error;
    }
  }
  throw new SmallbatchError('PDF_INVALID', `${name}: neither its first nor its last page can be read`, {
    cause,
  });
}

function toDocument(engine: Engine, handle: Document, fd: number, pages: number): PdfDocument {
  let isOpen = true;
  return {
    pages,
    title: handle.getMetaData('info:Title')?.trim() || undefined,
    engine,
    handle,
    close() {
      if (!isOpen) return;
      isOpen = false;
      handle.destroy();
      closeSync(fd);
    },
  };
}
