/** Tesseract's JSON (`GetJSONText`), as far as it is used. */
import * as z from 'zod';
import { jsonText } from '../../json/json-text.ts';

const box = z.object({ x0: z.number(), y0: z.number(), x1: z.number(), y1: z.number() });
export type PixelBox = Readonly<z.infer<typeof box>>;

const word = z.object({ text: z.string(), bbox: box, confidence: z.number() });
const ocrLine = z.object({ bbox: box, baseline: box, words: z.array(word) });
export type OcrLine = Readonly<z.infer<typeof ocrLine>>;

const recognised = jsonText.pipe(
  z.object({
    blocks: z.array(z.object({ paragraphs: z.array(z.object({ lines: z.array(ocrLine) })) })).nullish(),
  }),
);

/**
 * The lines of a picture, without what is below their words: letters, and what else they might be, are ten times as much.
 * @throws ZodError for anything else
 */
export function parseTesseract(json: string): OcrLine[] {
  const { blocks } = recognised.parse(json);
  return (blocks ?? []).flatMap(({ paragraphs }) => paragraphs.flatMap(({ lines }) => lines));
}
