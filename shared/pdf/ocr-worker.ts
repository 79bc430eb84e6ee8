/** The thread that tesseract runs in: one picture at a time, each answered with its lines. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { gunzipSync } from 'node:zlib';
import { languageOf, type OcrFiles } from './ocr-files.ts';
import type { OcrLine } from './ocr-lines.ts';
import { releasePicture } from './render-page.ts';

/** 8-bit gray, row by row without padding. */
export interface GrayPicture {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Tesseract judges the size of letters by it. */
  readonly dpi: number;
}

export type OcrReply =
  | { readonly type: 'ready' }
  /** `confidence`: mean of the words, 0 to 100. */
  | { readonly type: 'read'; readonly lines: readonly OcrLine[]; readonly confidence: number };

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

interface Instantiated {
  readonly core: Core;
  readonly memory: WebAssembly.Memory;
}

type Found = Extract<OcrReply, { type: 'read' }>;

interface Block {
  readonly paragraphs: readonly { readonly lines: readonly OcrLine[] }[];
}

const LSTM_ONLY = 1;
/** PSM_AUTO. */
const FIND_COLUMNS = 3;
/** PSM_SINGLE_BLOCK, tesseract's default, reads straight across columns. */
const ONE_BLOCK = 6;
const GOOD_CONFIDENCE = 65;
/** The last four bytes of a gzip file are the size of what it holds (RFC 1952, 2.3.1). */
const GZIP_SIZE_BYTES = 4;

const { core, memory } = await instantiate(workerData as OcrFiles);
const tesseract = initialise(workerData as OcrFiles);

parentPort?.on('message', (picture: GrayPicture) => post(read(picture)));
post({ type: 'ready' });

function post(reply: OcrReply): void {
  parentPort?.postMessage(reply);
}

async function instantiate(files: OcrFiles): Promise<Instantiated> {
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

function initialise({ models }: OcrFiles): Tesseract {
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

function read({ pixels, width, height, dpi }: GrayPicture): OcrReply {
  const pointer = core._malloc(pixels.length);
  if (pointer === 0) throw new RangeError(`no memory for a picture of ${width} × ${height} pixels`);
  new Uint8Array(memory.buffer, pointer, pixels.length).set(pixels);
  releasePicture(pixels);
  tesseract.SetImage(pointer, width, height, 1, width);
  core._free(pointer);
  tesseract.SetSourceResolution(Math.round(dpi));
  try {
    const found = recognise(FIND_COLUMNS);
    return found.lines.length > 0 ? found : recogniseUnseen();
  } finally {
    tesseract.Clear();
  }
}

function recognise(mode: number): Found {
  tesseract.SetPageSegMode(mode);
  if (tesseract.Recognize(null) !== 0) throw new Error('tesseract could not read the picture');
  return {
    type: 'read',
    lines: parseLines(tesseract.GetJSONText(0)),
    confidence: tesseract.MeanTextConf(),
  };
}

/** A picture without text, or with what is not taken for text: handwriting, a line or two. Only good words are told of it. */
function recogniseUnseen(): Found {
  const found = recognise(ONE_BLOCK);
  return found.confidence >= GOOD_CONFIDENCE ? found : { ...found, lines: [] };
}

/** Lines without what is below their words: letters, and what else they might be, are ten times as much. */
function parseLines(json: string): OcrLine[] {
  const { blocks }: { blocks: readonly Block[] } = JSON.parse(json);
  return blocks.flatMap(({ paragraphs }) =>
    paragraphs.flatMap(({ lines }) =>
      lines.map(({ bbox, baseline, words }) => ({
        bbox,
        baseline,
        words: words.map(({ text, bbox, confidence }) => ({ text, bbox, confidence })),
      })),
    ),
  );
}
