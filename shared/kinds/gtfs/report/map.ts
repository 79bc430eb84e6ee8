import { arrayOf, type FeedView } from '../feed/feed-view.ts';

const WIDTH = 960;
const HEIGHT_MAX = 720;
/** More would make the page slow, and no picture clearer; what is left out is told below the map. */
const STOPS_MAX = 6_000;
const LINES_MAX = 4_000;

/** Shapes and stops as inline SVG; empty where there are no places. */
export function toMap(feed: FeedView): string {
  const places = { x: arrayOf(feed, 'stops', 'col.stop_lon'), y: arrayOf(feed, 'stops', 'col.stop_lat') };
  const lines = {
    x: arrayOf(feed, 'shapes', 'line.x'),
    y: arrayOf(feed, 'shapes', 'line.y'),
    end: arrayOf(feed, 'shapes', 'line.end'),
  };
  const project = projection(places);
  if (!project) return '';
  const paths = linePaths(lines, project);
  const dots = stopDots(places, project);
  const left = [
    leftOut(lines.end.length, LINES_MAX, 'shapes'),
    leftOut(places.x.length, STOPS_MAX, 'stops'),
  ].filter((text) => text !== '');
  const note =
    left.length > 0 ? `<p class="note">Drawn: ${left.join(', ')}. The tables have all of them.</p>` : '';
  return `<svg viewBox="0 0 ${WIDTH} ${project.height}" role="img" aria-label="Map of shapes and stops"><path class="shape" d="${paths}"/><path class="stop" d="${dots}"/></svg>${note}`;
}

const leftOut = (count: number, most: number, what: string): string =>
  count > most ? `one in ${Math.ceil(count / most)} of ${count.toLocaleString('en')} ${what}` : '';

interface Points {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}
interface Projection {
  readonly height: number;
  to(x: number, y: number): string;
}

/** Longitudes are shortened as they are in the middle of the feed. */
function projection({ x, y }: Points): Projection | undefined {
  const seen = Array.from(x, (_, row) => [x[row] as number, y[row] as number] as const).filter(
    ([a, b]) => !Number.isNaN(a + b),
  );
  if (seen.length === 0) return undefined;
  const [west, east] = bounds(seen.map(([a]) => a));
  const [south, north] = bounds(seen.map(([, b]) => b));
  const squeeze = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const wide = Math.max((east - west) * squeeze, 1e-4);
  const high = Math.max(north - south, 1e-4);
  const scale = Math.min(WIDTH / wide, HEIGHT_MAX / high) * 0.96;
  const height = Math.ceil(high * scale * 1.04 + 20);
  const margin = (WIDTH - wide * scale) / 2;
  return {
    height,
    to: (a, b) =>
      `${((a - west) * squeeze * scale + margin).toFixed(1)} ${((north - b) * scale + 10).toFixed(1)}`,
  };
}

/** Of the middle 99 %: one stop at a wrong place must not shrink the rest to a dot. */
function bounds(values: readonly number[]): [number, number] {
  const sorted = values.toSorted((a, b) => a - b);
  const skip = Math.floor(sorted.length * 0.005);
  return [sorted[skip] ?? 0, sorted[sorted.length - 1 - skip] ?? 0];
}

function linePaths({ x, y, end }: Points & { end: ArrayLike<number> }, project: Projection): string {
  const step = Math.max(1, Math.ceil(end.length / LINES_MAX));
  const paths: string[] = [];
  for (let line = 0; line < end.length; line += step) {
    const from = line === 0 ? 0 : (end[line - 1] as number);
    const points = Array.from({ length: (end[line] as number) - from }, (_, at) =>
      project.to(x[from + at] as number, y[from + at] as number),
    );
    if (points.length > 1) paths.push(`M${points.join('L')}`);
  }
  return paths.join('');
}

function stopDots({ x, y }: Points, project: Projection): string {
  const step = Math.max(1, Math.ceil(x.length / STOPS_MAX));
  const dots: string[] = [];
  for (let row = 0; row < x.length; row += step)
    if (!Number.isNaN((x[row] as number) + (y[row] as number)))
      dots.push(`M${project.to(x[row] as number, y[row] as number)}h0`);
  return dots.join('');
}
