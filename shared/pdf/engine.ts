/**
 * Loads the `mupdf` module (WASM, ESM with top-level await) on first use and keeps a handle on its WASM exports.
 *
 * The package's own `walk()` breaks astral characters and makes one Font object per glyph; walking the exports directly
 * is exact and costs 0.3 ms for a page of 6,000 glyphs, against 0.7 ms for `asJSON`, whose coordinates are truncated.
 */
import type * as Mupdf from 'mupdf';

/** The WASM exports and memory views that the glyph reader uses; all pointers are plain numbers. */
export interface WasmHandle {
  readonly HEAPU8: Uint8Array;
  readonly HEAP32: Int32Array;
  readonly HEAPF32: Float32Array;
  UTF8ToString(pointer: number): string;
  _wasm_stext_page_get_first_block(page: number): number;
  _wasm_stext_block_get_next(block: number): number;
  _wasm_stext_block_get_type(block: number): number;
  _wasm_stext_block_get_bbox(block: number): number;
  _wasm_stext_block_get_first_line(block: number): number;
  _wasm_stext_block_get_v_flags(block: number): number;
  _wasm_stext_block_get_v_argb(block: number): number;
  _wasm_stext_line_get_next(line: number): number;
  _wasm_stext_line_get_wmode(line: number): number;
  _wasm_stext_line_get_dir(line: number): number;
  _wasm_stext_line_get_first_char(line: number): number;
  _wasm_stext_char_get_next(char: number): number;
  _wasm_stext_char_get_c(char: number): number;
  _wasm_stext_char_get_origin(char: number): number;
  _wasm_stext_char_get_quad(char: number): number;
  _wasm_stext_char_get_size(char: number): number;
  _wasm_stext_char_get_font(char: number): number;
  _wasm_stext_char_get_argb(char: number): number;
  _wasm_font_get_name(font: number): number;
  _wasm_font_is_bold(font: number): number;
  _wasm_font_is_italic(font: number): number;
  _wasm_font_is_monospaced(font: number): number;
}

export interface Engine {
  readonly mupdf: typeof Mupdf;
  readonly wasm: WasmHandle;
  /** The messages that mupdf logged since the last call; it reports a dropped image only there. */
  takeLog(): readonly string[];
  /** Empties mupdf's cache of fonts and images when the WASM memory has grown over its limit; call it after a page. */
  trim(): void;
}

/** A broken page can log a line per glyph; what matters comes early. */
const MAX_LOG_LINES = 50;

/** Emptying the cache after each page makes text 9 times slower; never emptying it costs 100 MB on scans. */
const TRIM_ABOVE_BYTES = 40 * 1024 * 1024;

let engine: Promise<Engine> | undefined;

/** Loads mupdf once per thread (about 100 ms). */
export function loadEngine(): Promise<Engine> {
  engine ??= load();
  return engine;
}

async function load(): Promise<Engine> {
  // Emscripten fills the module object that it finds here: the one way to the exports.
  globalThis.$libmupdf_wasm_Module ??= {};
  const mupdf = await import('mupdf');
  const wasm = globalThis.$libmupdf_wasm_Module as WasmHandle;
  if (typeof wasm._wasm_stext_char_get_c !== 'function') {
    throw new Error('mupdf was loaded before shared/pdf/engine.ts; its WASM exports are out of reach');
  }
  let log: string[] = [];
  mupdf.setLog((message) => {
    if (log.length < MAX_LOG_LINES) log.push(message);
  });
  const takeLog = (): readonly string[] => {
    const taken = log;
    log = [];
    return taken;
  };
  let trimmedAt = TRIM_ABOVE_BYTES;
  const trim = (): void => {
    if (wasm.HEAPU8.length <= trimmedAt) return;
    trimmedAt = wasm.HEAPU8.length;
    mupdf.emptyStore();
  };
  return { mupdf, wasm, takeLog, trim };
}
