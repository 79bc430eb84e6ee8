/** Which caption is a picture's, and where in the text the picture belongs. */

import { escapeLabel } from '../../markdown/escape.ts';
import type { Figure } from '../figures/figures.ts';
import type { Block, Chunk } from '../layout/blocks.ts';
import { type Box, lineText } from '../read/words.ts';
import { type Caption, captionOf } from './caption.ts';

/** A caption begins or ends this close to its picture, in font sizes. */
const CAPTION_EM = 3.5;
/** Of a drawing, only some parts are a picture: axes and their labels may lie between it and the caption, in font sizes. */
const DRAWING_EM = 16;
const MAX_LABEL_CHARS = 40;
/** The caption of a drawing lies under this part of it. */
const DRAWING_OVERLAP = 0.5;
/** By this many font sizes, a caption where it is not usual counts as farther off: it is the next picture's, or the last one's. */
const UNUSUAL_EM = 3;
const MAX_ALT_CHARS = 300;
/** Less than this part of the narrower one over each other is beside it. */
const MIN_OVERLAP = 0.3;

/** Markdown of `figure`, its caption as the alternative text. */
export function figureMarkdown(figure: Figure, blocks: readonly Block[] = []): string {
  return `![${toAlt(captionTextOf(figure, blocks))}](${figure.ref})`;
}

interface Candidate extends Caption {
  readonly block: Chunk;
  /** Vertical distance in font sizes. */
  readonly em: number;
}

/** The nearest caption below or above; empty if there is none. */
export function captionTextOf(figure: Box, blocks: readonly Block[]): string {
  const [nearest] = blocks
    .flatMap((block) => toCandidate(figure, block) ?? [])
    .filter(({ block, em }) => em <= CAPTION_EM || isOfDrawing(figure, block, em, blocks))
    .sort((a, b) => farness(figure, a) - farness(figure, b));
  return nearest?.text ?? '';
}

function toCandidate(figure: Box, block: Block): Candidate | undefined {
  if (block.kind === 'table' || !overlaps(figure, block)) return undefined;
  const caption = captionOf(block);
  return caption && { ...caption, block, em: gapOf(figure, block) / Math.max(1, block.lines[0]?.size ?? 1) };
}

function farness(figure: Box, { block, em, isOfTable }: Candidate): number {
  const isBelow = block.y0 >= figure.y0;
  return em + (isBelow === isOfTable ? UNUSUAL_EM : 0);
}

/** Is there nothing between a picture and a caption but the labels of a drawing? */
function isOfDrawing(figure: Box, caption: Chunk, em: number, blocks: readonly Block[]): boolean {
  if (em > DRAWING_EM || likeness(figure, caption) < DRAWING_OVERLAP) return false;
  const [top, bottom] = caption.y0 >= figure.y1 ? [figure.y1, caption.y0] : [caption.y1, figure.y0];
  return blocks.every((block) => {
    if (block.kind === 'table') return !isBetween(block.table, top, bottom);
    return !isBetween(block, top, bottom) || isDrawingLabel(block);
  });
}

const isBetween = (box: Box, top: number, bottom: number): boolean => box.y0 >= top && box.y1 <= bottom;

const isDrawingLabel = ({ lines }: Chunk): boolean =>
  lines.every((line) => lineText(line).length <= MAX_LABEL_CHARS);

function toAlt(text: string): string {
  const short = text.length <= MAX_ALT_CHARS ? text : `${text.slice(0, MAX_ALT_CHARS).trimEnd()}…`;
  return escapeLabel(short.replace(/\s+/g, ' '));
}

/**
 * For each figure, the index of the block that it stands before (`blocks.length`: after all). It goes with the text of its
 * own column: with the nearest block above or below that is most like it in its horizontal extent.
 */
export function placeFigures<T extends Box>(
  figures: readonly T[],
  blocks: readonly Block[],
): ReadonlyMap<number, readonly T[]> {
  const boxes = blocks.map((block): Box => (block.kind === 'table' ? block.table : block));
  const placed = new Map<number, T[]>();
  for (const figure of [...figures].sort((a, b) => a.y0 - b.y0 || a.x0 - b.x0)) {
    const index = indexFor(figure, boxes);
    const there = placed.get(index);
    if (there) there.push(figure);
    else placed.set(index, [figure]);
  }
  return placed;
}

function indexFor(figure: Box, boxes: readonly Box[]): number {
  const middle = (figure.y0 + figure.y1) / 2;
  const near = boxes.map((box, index) => ({ box, index })).filter(({ box }) => overlaps(figure, box));
  const above = near.filter(({ box }) => (box.y0 + box.y1) / 2 <= middle);
  const below = near.filter(({ box }) => (box.y0 + box.y1) / 2 > middle);
  const before = below.reduce((least, { index }) => Math.min(least, index), boxes.length);
  const after = above.reduce((most, { index }) => Math.max(most, index + 1), 0);
  if (below.length === 0 || above.length === 0) return below.length > 0 ? before : after || boxes.length;
  return likeness(figure, nearest(figure, below)) >= likeness(figure, nearest(figure, above))
    ? before
    : after;
}

function nearest(figure: Box, [first, ...rest]: readonly { readonly box: Box }[]): Box {
  if (!first) return figure;
  return rest.reduce((best, { box }) => (gapOf(figure, box) < gapOf(figure, best) ? box : best), first.box);
}

/** Vertical distance; 0 where one is beside or over the other. */
function gapOf(a: Box, b: Box): number {
  return Math.max(0, b.y0 - a.y1, a.y0 - b.y1);
}

function overlaps(a: Box, b: Box): boolean {
  return shared(a, b) >= MIN_OVERLAP * Math.max(1, Math.min(a.x1 - a.x0, b.x1 - b.x0));
}

/** 1 for the same horizontal extent, 0 for extents apart. */
function likeness(a: Box, b: Box): number {
  return shared(a, b) / Math.max(1, Math.max(a.x1, b.x1) - Math.min(a.x0, b.x0));
}

function shared(a: Box, b: Box): number {
  return Math.max(0, Math.min(a.x1, b.x1) - Math.max(a.x0, b.x0));
}
