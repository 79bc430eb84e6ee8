/** Text beyond the edge of the page, or of the area that is drawn in: mupdf leaves it out unless it is told otherwise. */
import type { PdfDocument } from '../document.ts';
import type { WasmHandle } from '../engine.ts';
import { isSpace } from './line-builder.ts';

const TEXT_BLOCK = 0;
/** A hostile page can hold millions; a count of this many says enough. */
const MAX_GLYPHS = 400_000;

/** Characters (without spaces) of page `index` (from 0) that are not among the `shown` ones that were read of its content. */
export function countOffPage(document: PdfDocument, index: number, shown: number): number {
  const page = document.handle.loadPage(index);
  try {
    const text = page.toStructuredText('clip=no');
    try {
      return Math.max(0, countGlyphs(document.engine.wasm, Number(text.pointer)) - shown);
    } finally {
      text.destroy();
    }
  } finally {
    page.destroy();
  }
}

function countGlyphs(wasm: WasmHandle, stextPage: number): number {
  return each(wasm._wasm_stext_page_get_first_block(stextPage), wasm._wasm_stext_block_get_next)
    .filter((block) => wasm._wasm_stext_block_get_type(block) === TEXT_BLOCK)
    .flatMap((block) => each(wasm._wasm_stext_block_get_first_line(block), wasm._wasm_stext_line_get_next))
    .flatMap((line) => each(wasm._wasm_stext_line_get_first_char(line), wasm._wasm_stext_char_get_next))
    .filter((char) => !isSpace(wasm._wasm_stext_char_get_c(char)))
    .take(MAX_GLYPHS)
    .reduce((count) => count + 1, 0);
}

/** The members of a linked list of mupdf's. */
function* each(first: number, next: (pointer: number) => number): Generator<number> {
  for (let at = first; at; at = next(at)) yield at;
}
