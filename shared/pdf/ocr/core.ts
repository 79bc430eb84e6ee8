/** Tesseract's WASM module, with the models of its languages. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gunzipSync } from 'node:zlib';
import { languageOf, type OcrFiles } from './files.ts';

/** What is used of the module, whose other names are in `tesseract.js-core`'s own sources (TessBaseAPI). */
interface Core {
  readonly FS: {
    writeFile(path: string, data: Uint8Array, options: { readonly canOwn: boolean }): void;
    unlink(path: string): void;
  };
  readonly TessBaseAPI: new () => Tesseract;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
}

interface Tesseract {
  /** 0 if it worked. */
  Init(folder: null, languages: string, engine: number): number;
  SetPageSegMode(mode: number): void;
  SetImage(pixels: number, width: number, height: number, bytesPerPixel: number, bytesPerRow: number): void;
  SetSourceResolution(dpi: number): void;
  /** 0 if it worked. */
  Recognize(monitor: null): number;
  GetJSONText(page: number): string;
  MeanTextConf(): number;
  /** Lets go of the picture and what was read in it. */
  Clear(): void;
}

export interface OpenTesseract {
  readonly tesseract: Tesseract;
  readonly core: Core;
  readonly memory: WebAssembly.Memory;
}

const LSTM_ONLY = 1;
/** The last four bytes of a gzip file are the size of what it holds (RFC 1952, 2.3.1). */
const GZIP_SIZE_BYTES = 4;

/** @throws Error for a language whose model tesseract does not take */
export async function openTesseract(files: OcrFiles): Promise<OpenTesseract> {
  const { core, memory } = await instantiate(files);
  return { tesseract: initialise(core, files), core, memory };
}

async function instantiate(files: OcrFiles): Promise<Omit<OpenTesseract, 'tesseract'>> {
  const start: (settings: object) => Promise<Core> = createRequire(import.meta.url)(files.core);
  const module = await WebAssembly.compile(readFileSync(files.wasm));
  let exported: WebAssembly.Instance['exports'] = {};
  const core = await start({
    instantiateWasm(imports: object, done: (instance: WebAssembly.Instance) => void) {
      const instance = new WebAssembly.Instance(module, imports);
      exported = instance.exports;
      done(instance);
    },
    print: () => undefined,
    printErr: () => undefined,
    TesseractProgress: () => undefined,
  });
  // The names of the exports are minified: the memory is found by its class.
  const memory = Object.values(exported).find((value) => value instanceof WebAssembly.Memory);
  if (!memory) throw new Error(`${files.wasm}: expected an exported memory, found none`);
  return { core, memory };
}

function initialise(core: Core, { models }: OcrFiles): Tesseract {
  const languages = models.map(languageOf);
  for (const [index, model] of models.entries()) {
    const gzip = readFileSync(model);
    // In one piece: growing the result costs twice its size.
    const bytes = gunzipSync(gzip, { chunkSize: gzip.readUInt32LE(gzip.length - GZIP_SIZE_BYTES) });
    core.FS.writeFile(`${languages[index]}.traineddata`, bytes, { canOwn: true });
  }
  const tesseract = new core.TessBaseAPI();
  if (tesseract.Init(null, languages.join('+'), LSTM_ONLY) !== 0)
    throw new Error(`tesseract takes no model of ${languages.join('+')}: ${models.join(', ')}`);
  // It has its own copy now.
  for (const language of languages) core.FS.unlink(`${language}.traineddata`);
  return tesseract;
}
