import type { Image, Matrix } from 'mupdf';
import type { Box } from '../read/words.ts';

/** A picture where it stands on its page. */
export interface PlacedImage extends Box {
  readonly image: Image;
  /** From the unit square to the page. */
  readonly matrix: Matrix;
}
