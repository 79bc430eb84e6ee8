/** Draws images of a page as one PNG: masks, colour spaces, turns and slices come out as the page shows them. */
import type { ColorSpace, Device } from 'mupdf';
import type { Engine } from '../engine.ts';
import { boundsOf } from '../read/words.ts';
import type { PlacedImage } from './placed-image.ts';

/** The longest side of a figure; a larger picture is drawn smaller. */
const MAX_SIDE_PX = 2_000;
const WHITE = 255;

/** The bytes of a PNG on white. Throws if mupdf had to leave something out for want of memory. */
export function drawFigure(engine: Engine, images: readonly PlacedImage[]): Uint8Array {
  const { mupdf } = engine;
  const { x0, y0, x1, y1 } = boundsOf(images);
  const scale = Math.min(MAX_SIDE_PX / Math.max(x1 - x0, y1 - y0), Math.max(...images.map(pixelsPerPoint)));
  const width = Math.max(1, Math.round((x1 - x0) * scale));
  const height = Math.max(1, Math.round((y1 - y0) * scale));
  engine.takeLog();
  const pixmap = new mupdf.Pixmap(mupdf.ColorSpace.DeviceRGB, [0, 0, width, height], false);
  try {
    pixmap.clear(WHITE);
    const device = new mupdf.DrawDevice([scale, 0, 0, scale, -x0 * scale, -y0 * scale], pixmap);
    drawOn(device, images, mupdf.ColorSpace.DeviceGray);
    const lost = engine.takeLog().find((line) => /insufficient memory|malloc/i.test(line));
    if (lost) throw new RangeError(`the picture could not be drawn: ${lost}`);
    return pixmap.asPNG().slice();
  } finally {
    pixmap.destroy();
  }
}

function drawOn(device: Device, images: readonly PlacedImage[], gray: ColorSpace): void {
  try {
    for (const { image, matrix } of images) {
      if (image.getImageMask()) device.fillImageMask(image, matrix, gray, [0], 1);
      else device.fillImage(image, matrix, 1);
    }
    device.close();
  } finally {
    device.destroy();
  }
}

function pixelsPerPoint({ image, matrix: [a, b, c, d] }: PlacedImage): number {
  return Math.max(
    image.getWidth() / Math.max(1, Math.hypot(a, b)),
    image.getHeight() / Math.max(1, Math.hypot(c, d)),
  );
}
