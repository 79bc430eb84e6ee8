/** The coordinates of text that is not level: turned so that its lines run from left to right and follow each other downwards. */
import type { Box } from './words.ts';

/** A line this near to an axis (the cosine of the angle between them) runs along it. */
const ALONG_AXIS = 0.9;

export interface Frame {
  /** In which its lines run: 0 is level, 90 down the page, 180 upside down, -90 up. */
  readonly degrees: number;
  /** Of the page, as it lies in the frame. */
  readonly width: number;
  readonly height: number;
  toFrame(x: number, y: number): readonly [number, number];
  /** From the frame back to the page. */
  toPage(box: Box): Box;
}

/** The direction of a line as degrees: a quarter turn where it is near one, else whole degrees, so that frames are few. */
export function degreesOf(x: number, y: number): number {
  if (Math.abs(x) > ALONG_AXIS) return x > 0 ? 0 : 180;
  if (Math.abs(y) > ALONG_AXIS) return y > 0 ? 90 : -90;
  return Math.round((Math.atan2(y, x) * 180) / Math.PI);
}

export function isAskew({ degrees }: { readonly degrees: number }): boolean {
  return degrees % 90 !== 0;
}

/** Of a page of this size, whose corner is the origin. */
export function toFrame(degrees: number, page: { readonly width: number; readonly height: number }): Frame {
  const [cos, sin] = cosAndSin(degrees);
  const turn = (x: number, y: number): [number, number] => [x * cos + y * sin, y * cos - x * sin];
  const around = boxAround({ x0: 0, y0: 0, x1: page.width, y1: page.height }, turn);
  return {
    degrees,
    width: around.x1 - around.x0,
    height: around.y1 - around.y0,
    toFrame(x, y) {
      const [right, down] = turn(x, y);
      return [right - around.x0, down - around.y0];
    },
    toPage: (box) =>
      boxAround(box, (right, down) => {
        const [x, y] = [right + around.x0, down + around.y0];
        return [x * cos - y * sin, y * cos + x * sin];
      }),
  };
}

/** Quarter turns are exact. */
function cosAndSin(degrees: number): [number, number] {
  const angle = (degrees * Math.PI) / 180;
  return degrees % 90 === 0
    ? [Math.round(Math.cos(angle)), Math.round(Math.sin(angle))]
    : [Math.cos(angle), Math.sin(angle)];
}

/** The level box around `box` after `move`. */
export function boxAround(
  { x0, y0, x1, y1 }: Box,
  move: (x: number, y: number) => readonly [number, number],
): Box {
  const corners = [move(x0, y0), move(x1, y0), move(x0, y1), move(x1, y1)];
  const xs = corners.map(([x]) => x);
  const ys = corners.map(([, y]) => y);
  return { x0: Math.min(...xs), y0: Math.min(...ys), x1: Math.max(...xs), y1: Math.max(...ys) };
}
