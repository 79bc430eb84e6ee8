/** The thread that tesseract runs in: one picture at a time, each answered with its lines. */
import { parentPort, workerData } from 'node:worker_threads';
import { releasePicture } from '../render-page.ts';
import { openTesseract } from './core.ts';
import type { OcrFiles } from './files.ts';
import { type OcrLine, parseTesseract } from './tesseract-json.ts';

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

type Found = Extract<OcrReply, { type: 'read' }>;

/** PSM_AUTO. */
const FIND_COLUMNS = 3;
/** PSM_SINGLE_BLOCK, tesseract's default, reads straight across columns. */
const ONE_BLOCK = 6;
const GOOD_CONFIDENCE = 65;
const { tesseract, core, memory } = await openTesseract(workerData as OcrFiles);

parentPort?.on('message', (picture: GrayPicture) => post(read(picture)));
post({ type: 'ready' });

function post(reply: OcrReply): void {
  parentPort?.postMessage(reply);
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
    lines: parseTesseract(tesseract.GetJSONText(0)),
    confidence: tesseract.MeanTextConf(),
  };
}

/** A picture without text, or with what is not taken for text: handwriting, a line or two. Only good words are told of it. */
function recogniseUnseen(): Found {
  const found = recognise(ONE_BLOCK);
  return found.confidence >= GOOD_CONFIDENCE ? found : { ...found, lines: [] };
}
