import type { GroupRows } from '../state/group-rows.ts';
import { checkDuplicates } from './check-stop-times.ts';
import type { NoticeCode } from './codes.ts';
import type { Notices, Sample } from './notices.ts';

const EARTH_M = 6_371_010;
const RADIANS = Math.PI / 180;
/** Points nearer than this count as one: so MobilityData's validator has it. */
const NEAR_M = 1.11;

/** Metres between two places on the sphere. */
export function metresBetween(lat1: number, lon1: number, lat2: number, lon2: number): number {
  const half = Math.sin(((lat2 - lat1) * RADIANS) / 2) ** 2;
  const side = Math.sin(((lon2 - lon1) * RADIANS) / 2) ** 2;
  const chord = half + Math.cos(lat1 * RADIANS) * Math.cos(lat2 * RADIANS) * side;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(chord)));
}

/** What one shape's points must be, in the order of their sequence. */
export function checkShape(shape: GroupRows, notices: Notices): void {
  const shapeId = shape.text();
  if (shape.count === 1)
    notices.add('single_shape_point', () => ({ csvRowNumber: shape.number[0] as number, shapeId }));
  checkDuplicates(shape, { file: 'shapes.txt', group: 'shape_id', order: 'shape_pt_sequence' }, notices);
  for (let row = 1; row < shape.count; row++) checkStep(shape, row, shapeId, notices);
}

function checkStep(
  { dist, a, b, seq, number }: GroupRows,
  row: number,
  shapeId: string,
  notices: Notices,
): void {
  const [here, before] = [dist[row] as number, dist[row - 1] as number];
  if (!(here <= before)) return;
  const sample = (): Sample => ({
    shapeId,
    csvRowNumber: number[row] as number,
    shapeDistTraveled: here,
    shapePtSequence: seq[row] as number,
    prevCsvRowNumber: number[row - 1] as number,
    prevShapeDistTraveled: before,
    prevShapePtSequence: seq[row - 1] as number,
  });
  const metres = metresBetween(
    a[row - 1] as number,
    b[row - 1] as number,
    a[row] as number,
    b[row] as number,
  );
  if (here < before) notices.add('decreasing_shape_distance', sample);
  else if (metres === 0) notices.add('equal_shape_distance_same_coordinates', sample);
  else notices.add(equalCode(metres), () => ({ ...sample(), actualDistanceBetweenShapePoints: metres }));
}

const equalCode = (metres: number): NoticeCode =>
  metres >= NEAR_M
    ? 'equal_shape_distance_diff_coordinates'
    : 'equal_shape_distance_diff_coordinates_distance_below_threshold';
