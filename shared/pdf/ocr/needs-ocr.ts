/** Is a page's text missing or useless, so that it must be read from its picture? */
import { type Box, lineText, type PageContent, regionsOf } from '../read/words.ts';

/** Fewer letters than this beside a picture are a stamp or a page number. */
const FEW_LETTERS = 25;
const PICTURE_SHARE = 0.5;
/** More of these in the text mean that its fonts have no way back to Unicode. */
const BAD_SHARE = 0.1;
const BAD = /[\ufffd\ue000-\uf8ff]/gu;
/** Pages drawn as outlines have many strokes and no text. */
const MANY_RULES = 200;

/** Why a page needs OCR; undefined if its text will do. */
export function ocrReason(content: PageContent): 'picture' | 'unreadable text' | undefined {
  const lines = regionsOf(content).flatMap(({ lines: own }) => own);
  const text = lines.map((line) => lineText(line)).join('');
  const bad = text.match(BAD)?.length ?? 0;
  if (bad > 0 && bad > text.length * BAD_SHARE) return 'unreadable text';
  if (text.length >= FEW_LETTERS) return undefined;
  const page = content.width * content.height;
  const pictures = content.images.reduce((sum, image) => sum + visibleArea(image, content), 0);
  if (pictures > page * PICTURE_SHARE) return 'picture';
  return text === '' && content.rules.length > MANY_RULES ? 'picture' : undefined;
}

function visibleArea(box: Box, { width, height }: PageContent): number {
  const x = Math.min(box.x1, width) - Math.max(box.x0, 0);
  const y = Math.min(box.y1, height) - Math.max(box.y0, 0);
  return Math.max(0, x) * Math.max(0, y);
}
